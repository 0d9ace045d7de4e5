SELECT r.*, e.id AS entry_id, d.id AS document_id
  FROM result r CROSS JOIN document_task e ON e.task = r.task CROSS JOIN document d ON d.seq = e.document
 WHERE r.space = :space AND r.id = :id
