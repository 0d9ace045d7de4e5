-- An assigned task beside its core task, when that changes.
SELECT e.*, d.id AS document_id, d.completions
  FROM document_task e CROSS JOIN document d ON d.seq = e.document
 WHERE e.task = :task
