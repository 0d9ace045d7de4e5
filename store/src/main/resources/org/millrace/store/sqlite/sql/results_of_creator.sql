SELECT r.*, e.id AS entry_id, d.id AS document_id
  FROM result r INDEXED BY result_creator
       CROSS JOIN document_task e ON e.task = r.task
       CROSS JOIN document d ON d.seq = e.document
 WHERE r.overtaken = 0 AND r.space = :space AND r.creator_id = :creator AND r.key = :key AND r.seq > :after
 ORDER BY r.seq LIMIT :most
