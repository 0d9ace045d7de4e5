SELECT d.* FROM document_task e CROSS JOIN document d ON d.seq = e.document WHERE e.space = :space AND e.id = :id
