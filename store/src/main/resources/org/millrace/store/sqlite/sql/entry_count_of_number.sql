SELECT count(*) AS tasks
  FROM (SELECT 1 FROM document_task INDEXED BY document_task_number
         WHERE space = :space AND number = :number LIMIT :most)
