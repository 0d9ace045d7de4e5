SELECT * FROM run WHERE seq = :seq
