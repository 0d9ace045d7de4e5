DELETE FROM task WHERE seq = :task
