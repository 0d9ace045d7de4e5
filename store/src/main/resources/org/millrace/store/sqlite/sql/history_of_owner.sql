SELECT e.*, t.id FROM event e INDEXED BY event_owner CROSS JOIN task t ON t.seq = e.task
 WHERE e.owner = :owner AND e.sequence > :after ORDER BY e.sequence LIMIT :most
