SELECT state, count(*) AS tasks FROM task INDEXED BY task_open
 WHERE state NOT IN ('COMPLETE', 'EXECUTOR_ERROR', 'SYSTEM_ERROR', 'CANCELED')
 GROUP BY state
