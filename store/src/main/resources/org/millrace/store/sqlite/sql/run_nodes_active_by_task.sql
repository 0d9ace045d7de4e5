-- Asked whenever a task ends: nothing more than a look into one index where it is no node's.
SELECT run, place FROM run_node INDEXED BY run_node_task WHERE task = :task AND state = 'ACTIVE'
