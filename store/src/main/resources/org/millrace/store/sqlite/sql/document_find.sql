SELECT * FROM document WHERE space = :space AND id = :id
