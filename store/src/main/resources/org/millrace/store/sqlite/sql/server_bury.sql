DELETE FROM server
 WHERE id = :server AND dead = 1
   AND NOT EXISTS (SELECT 1 FROM task INDEXED BY task_held WHERE holder = :server)
