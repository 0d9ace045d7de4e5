SELECT r.id, n.* FROM run_node n INDEXED BY run_node_task CROSS JOIN run r ON r.seq = n.run
 WHERE n.task = :task AND r.there ORDER BY n.run DESC, n.place DESC LIMIT 1
