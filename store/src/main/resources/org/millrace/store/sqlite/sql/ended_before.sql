-- Looks at as many tasks as it answers: with those that runs keep left out it would walk over all of them.
SELECT t.id, t.ended_at, t.seq, EXISTS (SELECT 1 FROM run_node n WHERE n.task = t.id) AS kept
  FROM task t INDEXED BY task_ended
 WHERE t.state = :state AND t.assigned = 0 AND t.ended_at <= :then AND (t.ended_at, t.seq) > (:ended_at, :seq)
 ORDER BY t.ended_at, t.seq LIMIT :most
