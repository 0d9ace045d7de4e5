SELECT key FROM document_task WHERE space = :space AND id = :id
