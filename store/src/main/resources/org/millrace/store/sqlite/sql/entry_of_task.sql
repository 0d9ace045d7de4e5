SELECT e.*, d.id AS document_id, d.target_id, d.target, d.creator,
       d.created_at AS document_created_at, d.updated_at AS document_updated_at
  FROM task t
       CROSS JOIN document_task e ON e.task = t.seq
       CROSS JOIN document d ON d.seq = e.document
 WHERE t.id = :task
