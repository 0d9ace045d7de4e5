DELETE FROM run_external_id WHERE run = :run
