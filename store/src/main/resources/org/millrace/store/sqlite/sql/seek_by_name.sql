SELECT t.name, t.seq FROM task t INDEXED BY task_name
 WHERE t.name IS NOT NULL AND (t.name, t.place) > (:after_name, :after)
   AND (t.name, t.place) <= (:until_name, :until)
 ORDER BY t.name, t.place LIMIT 1 OFFSET :rows
