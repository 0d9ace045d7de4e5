DELETE FROM event WHERE task = :task
