SELECT count(*) AS tasks FROM (SELECT 1 FROM task INDEXED BY task_held
                       WHERE holder = :server AND lane = :lane LIMIT :most)
