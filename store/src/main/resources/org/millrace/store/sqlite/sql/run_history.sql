SELECT e.* FROM run r CROSS JOIN run_event e ON e.run = r.seq
 WHERE r.id = :run AND r.there AND e.sequence > :after ORDER BY e.sequence LIMIT :most
