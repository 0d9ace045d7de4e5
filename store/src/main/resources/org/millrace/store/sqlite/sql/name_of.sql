SELECT name FROM task WHERE seq = :seq
