SELECT * FROM delivery INDEXED BY delivery_due
 WHERE first = 1 AND due_at <= :now ORDER BY id LIMIT :most
