SELECT * FROM run WHERE id = :id AND gone = 0
