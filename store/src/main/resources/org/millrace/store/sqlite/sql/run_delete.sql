DELETE FROM run WHERE seq = :run
