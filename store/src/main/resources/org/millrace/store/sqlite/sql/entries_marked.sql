SELECT e.*, d.id AS document_id, d.completions, t.id AS task_id, t.state
  FROM document_task e INDEXED BY document_task_marked
       CROSS JOIN document d ON d.seq = e.document
       CROSS JOIN task t ON t.seq = e.task
 WHERE e.marked = 1 AND e.task > :after
 ORDER BY e.task LIMIT :most
