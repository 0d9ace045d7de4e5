DELETE FROM run_node
 WHERE run = :run AND place IN (SELECT place FROM run_node WHERE run = :run LIMIT :most)
