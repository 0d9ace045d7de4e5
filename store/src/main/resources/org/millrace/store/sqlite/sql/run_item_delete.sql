DELETE FROM run_node WHERE run = :run AND place = :place AND parent IS NOT NULL
