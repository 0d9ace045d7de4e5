SELECT e.*, t.id FROM task t CROSS JOIN event e INDEXED BY event_task ON e.task = t.seq
 WHERE t.id = :id AND (:owner IS NULL OR t.owner = :owner) AND e.sequence > :after ORDER BY e.sequence LIMIT :most
