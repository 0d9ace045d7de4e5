SELECT * FROM run_node WHERE run = :run AND place = :place
