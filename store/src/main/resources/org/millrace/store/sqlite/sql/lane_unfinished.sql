SELECT count(*) AS tasks FROM (SELECT 1 FROM task INDEXED BY task_open
 WHERE outcome IS NULL
   AND state IN ('WAITING', 'QUEUED', 'INITIALIZING', 'RUNNING', 'PAUSED', 'CANCELING', 'PREEMPTED')
   AND lane = :lane LIMIT :most)
