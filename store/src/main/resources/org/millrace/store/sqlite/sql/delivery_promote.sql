-- The oldest of a key that may still arrive is the first one.
UPDATE delivery SET first = 1
 WHERE first = 0 AND id = (SELECT min(id) FROM delivery INDEXED BY delivery_pending WHERE key = :key AND given_up = 0)
