SELECT e.* FROM run r CROSS JOIN run_event e INDEXED BY run_event_node ON e.run = r.seq
 WHERE r.id = :run AND r.there AND e.place = :place ORDER BY e.sequence DESC LIMIT 1
