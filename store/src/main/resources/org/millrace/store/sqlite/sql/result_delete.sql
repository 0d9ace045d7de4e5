DELETE FROM result WHERE space = :space AND id = :id
