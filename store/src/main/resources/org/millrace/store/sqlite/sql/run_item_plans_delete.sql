DELETE FROM run_plan
 WHERE run = :run
   AND place IN (SELECT place FROM run_node INDEXED BY run_node_parent WHERE run = :run AND parent = :parent)
