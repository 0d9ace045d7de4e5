SELECT id FROM task INDEXED BY task_waits
 WHERE waits_until <= :now ORDER BY waits_until, seq LIMIT :most
