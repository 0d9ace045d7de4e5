DELETE FROM spec WHERE task = :task
