-- Which tasks show a number, in their order; the index alone is read.
SELECT task FROM document_task INDEXED BY document_task_key
 WHERE space = :space AND key = :key AND number = :number ORDER BY task LIMIT :most
