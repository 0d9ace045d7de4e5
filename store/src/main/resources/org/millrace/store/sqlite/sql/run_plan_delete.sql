DELETE FROM run_plan WHERE run = :run AND place = :place
