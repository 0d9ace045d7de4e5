SELECT t.seq FROM task t NOT INDEXED WHERE t.seq > :after ORDER BY t.seq LIMIT 1 OFFSET :rows
