SELECT t.*, e.space, e.id AS entry_id
  FROM document_task e INDEXED BY document_task_document CROSS JOIN task t ON t.seq = e.task
 WHERE e.document = :document ORDER BY e.task LIMIT :most
