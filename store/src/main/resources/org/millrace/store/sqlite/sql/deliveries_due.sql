SELECT * FROM delivery INDEXED BY delivery_due
 WHERE first = 1 AND target = :target AND due_at <= :now ORDER BY due_at, id LIMIT :most
