DELETE FROM run_plan
 WHERE run = :run AND place IN (SELECT place FROM run_plan WHERE run = :run LIMIT :most)
