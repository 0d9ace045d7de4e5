SELECT count(*) AS tasks FROM (SELECT 1 FROM task INDEXED BY task_in_flight
                       WHERE (holder IS NOT NULL OR handle_site IS NOT NULL) AND lane = :lane LIMIT :most)
