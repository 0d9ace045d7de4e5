SELECT 1 AS named FROM run_node WHERE task = :task LIMIT 1
