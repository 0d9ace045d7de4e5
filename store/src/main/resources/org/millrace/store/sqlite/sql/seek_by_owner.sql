SELECT t.seq FROM task t INDEXED BY task_owner
 WHERE t.owner = :owner AND t.seq > :after ORDER BY t.seq LIMIT 1 OFFSET :rows
