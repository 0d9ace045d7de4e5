SELECT e.*, d.id AS document_id, t.id AS task_id, t.state, t.attempt, s.json AS spec
  FROM task t
       CROSS JOIN document_task e ON e.task = t.seq
       CROSS JOIN document d ON d.seq = e.document
       CROSS JOIN spec s ON s.task = e.task
 WHERE t.id = :task
