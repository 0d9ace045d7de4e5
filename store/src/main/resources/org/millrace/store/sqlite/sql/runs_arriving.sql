-- One that is being removed is listed whenever it was begun: whoever began that died.
SELECT id FROM run INDEXED BY run_arriving
 WHERE state = 'ARRIVING' AND (gone = 1 OR created_at < :before) ORDER BY seq LIMIT :most
