SELECT t.seq FROM task t
 WHERE t.id = :id AND t.ended_at IS NOT NULL AND t.assigned = 0
   AND NOT EXISTS (SELECT 1 FROM run_node n WHERE n.task = t.id)
