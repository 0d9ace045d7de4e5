-- The least number that tasks of a key show from this one on.
SELECT number FROM document_task INDEXED BY document_task_key
 WHERE space = :space AND key = :key AND number >= :number ORDER BY number LIMIT 1
