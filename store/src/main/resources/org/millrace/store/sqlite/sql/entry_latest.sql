SELECT t.id, t.attempt FROM document_task e CROSS JOIN task t ON t.seq = e.task WHERE e.space = :space AND e.id = :id
