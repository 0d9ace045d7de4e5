DELETE FROM run_event
 WHERE sequence IN (SELECT sequence FROM run_event WHERE run = :run LIMIT :most)
