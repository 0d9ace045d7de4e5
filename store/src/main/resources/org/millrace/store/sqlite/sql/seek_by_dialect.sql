SELECT t.seq FROM task t INDEXED BY task_dialect
 WHERE t.dialect = :dialect AND t.seq > :after ORDER BY t.seq LIMIT 1 OFFSET :rows
