SELECT e.*, t.id FROM event e CROSS JOIN task t ON t.seq = e.task
 WHERE e.sequence > :after ORDER BY e.sequence LIMIT :most
