-- Where the task stands that comes after so many of its number; the index alone is read.
SELECT task FROM document_task INDEXED BY document_task_number
 WHERE space = :space AND number = :number ORDER BY task LIMIT 1 OFFSET :skip
