SELECT state, count(*) AS tasks FROM task INDEXED BY task_open
 WHERE outcome IS NULL
 GROUP BY state
