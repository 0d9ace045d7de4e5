-- Where the task stands that comes after so many of its key and number; the index alone is read.
SELECT task FROM document_task INDEXED BY document_task_key
 WHERE space = :space AND key = :key AND number = :number ORDER BY task LIMIT 1 OFFSET :skip
