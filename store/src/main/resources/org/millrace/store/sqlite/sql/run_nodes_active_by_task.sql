-- Asked whenever a task ends: nothing more than a look into one index where it is no node's. One that it failed before may
-- be held, and mended by it.
SELECT run, place FROM run_node INDEXED BY run_node_task
 WHERE task = :task AND (state = 'ACTIVE' OR ending = 'FAILED')
