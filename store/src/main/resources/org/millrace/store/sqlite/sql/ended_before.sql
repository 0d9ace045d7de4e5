SELECT t.id FROM task t INDEXED BY task_ended
 WHERE t.state = :state AND t.ended_at <= :then
   AND NOT EXISTS (SELECT 1 FROM run_node n WHERE n.task = t.id)
 ORDER BY t.ended_at, t.seq LIMIT :most
