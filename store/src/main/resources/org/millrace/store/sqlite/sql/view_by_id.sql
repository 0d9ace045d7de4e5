SELECT t.*, s.json AS spec FROM task t CROSS JOIN spec s ON s.task = t.seq WHERE t.id = :id
