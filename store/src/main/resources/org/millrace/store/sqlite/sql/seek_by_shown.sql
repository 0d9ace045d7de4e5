SELECT t.seq FROM task t INDEXED BY task_shown
 WHERE t.shown = :shown AND t.seq > :after ORDER BY t.seq LIMIT 1 OFFSET :rows
