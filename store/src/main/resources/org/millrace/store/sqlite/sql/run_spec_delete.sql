DELETE FROM run_spec WHERE run = :run
