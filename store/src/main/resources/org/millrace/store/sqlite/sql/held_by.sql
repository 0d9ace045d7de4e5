SELECT * FROM task INDEXED BY task_held WHERE holder = :server LIMIT :most
