DELETE FROM attempt WHERE task = :task
