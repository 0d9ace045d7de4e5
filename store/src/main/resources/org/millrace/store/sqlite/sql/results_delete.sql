DELETE FROM result WHERE task = :task
