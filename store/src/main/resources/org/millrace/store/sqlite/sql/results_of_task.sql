SELECT r.*, e.id AS entry_id, d.id AS document_id
  FROM document_task e
       CROSS JOIN document d ON d.seq = e.document
       CROSS JOIN result r INDEXED BY result_shown ON r.task = e.task
 WHERE e.space = :space AND e.id = :entry AND r.overtaken = 0 AND r.seq > :after
 ORDER BY r.seq LIMIT :most
