UPDATE task SET assigned = 0 WHERE seq = :task
