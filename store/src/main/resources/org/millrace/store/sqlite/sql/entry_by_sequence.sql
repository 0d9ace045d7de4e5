SELECT e.*, d.id AS document_id, t.id AS task_id, t.state, t.attempt, s.json AS spec
  FROM document_task e
       CROSS JOIN document d ON d.seq = e.document
       CROSS JOIN task t ON t.seq = e.task
       CROSS JOIN spec s ON s.task = e.task
 WHERE e.task = :task AND e.space = :space
