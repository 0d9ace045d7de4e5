-- Without INDEXED BY SQLite might take the index on state, and sort.
SELECT seq FROM task INDEXED BY task_ready
 WHERE lane = :lane AND ready = 1 AND owner = :owner AND due_at <= :now
 ORDER BY rank, seq LIMIT :most
