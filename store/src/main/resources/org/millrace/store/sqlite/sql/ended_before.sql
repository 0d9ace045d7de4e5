SELECT id FROM task INDEXED BY task_ended
 WHERE state = :state AND ended_at <= :then ORDER BY ended_at, seq LIMIT :most
