SELECT t.id, t.attempt
  FROM task t CROSS JOIN document_task e ON e.task = t.seq
 WHERE t.id = :id AND e.space = :space
