DELETE FROM run_node INDEXED BY run_node_parent WHERE run = :run AND parent = :parent
