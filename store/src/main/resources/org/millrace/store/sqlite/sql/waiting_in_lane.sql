SELECT count(*) AS tasks FROM (SELECT 1 FROM task INDEXED BY task_ready
                       WHERE lane = :lane AND ready IS NOT NULL LIMIT :most)
