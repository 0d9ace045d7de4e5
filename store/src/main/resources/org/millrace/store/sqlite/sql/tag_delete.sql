DELETE FROM tag WHERE task = :task
