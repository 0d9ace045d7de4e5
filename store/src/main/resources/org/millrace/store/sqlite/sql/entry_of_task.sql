SELECT e.*, d.id AS document_id, t.id AS task_id
  FROM task t
       CROSS JOIN document_task e ON e.task = t.seq
       CROSS JOIN document d ON d.seq = e.document
 WHERE t.id = :task
