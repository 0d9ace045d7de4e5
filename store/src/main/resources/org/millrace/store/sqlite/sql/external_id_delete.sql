DELETE FROM external_id WHERE task = :task
