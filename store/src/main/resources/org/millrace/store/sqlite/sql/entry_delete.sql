DELETE FROM document_task WHERE task = :task
