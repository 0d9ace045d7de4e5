SELECT e.*, o.id AS document_id, t.id AS task_id, t.state, t.attempt, s.json AS spec
  FROM document o
       CROSS JOIN document_task e INDEXED BY document_task_document ON e.document = o.seq
       CROSS JOIN task t ON t.seq = e.task
       CROSS JOIN spec s ON s.task = e.task
 WHERE o.space = :space AND o.id = :document AND e.task > :after
 ORDER BY e.task LIMIT :most
