SELECT count(*) AS tasks
  FROM (SELECT 1 FROM document_task INDEXED BY document_task_key
         WHERE space = :space AND key = :key AND number = :number LIMIT :most)
