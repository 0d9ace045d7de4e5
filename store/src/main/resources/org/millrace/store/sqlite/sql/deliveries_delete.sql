DELETE FROM delivery
 WHERE id IN (SELECT id FROM delivery INDEXED BY delivery_old
               WHERE given_up = 1 AND due_at <= :then ORDER BY due_at, id LIMIT :most)
