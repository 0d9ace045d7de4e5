SELECT r.*, s.json FROM run r INDEXED BY run_owner CROSS JOIN run_spec s ON s.run = r.seq
 WHERE r.there AND r.owner = :owner
   AND r.seq > CASE WHEN :after IS NULL THEN 0 ELSE (SELECT a.seq FROM run a WHERE a.id = :after AND a.gone = 0) END
 ORDER BY r.seq LIMIT :most
