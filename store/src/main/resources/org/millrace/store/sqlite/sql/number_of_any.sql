-- The least number that tasks show from this one on.
SELECT number FROM document_task INDEXED BY document_task_number
 WHERE space = :space AND number >= :number ORDER BY number LIMIT 1
