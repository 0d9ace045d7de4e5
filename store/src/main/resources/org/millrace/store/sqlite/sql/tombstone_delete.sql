DELETE FROM tombstone WHERE space = :space AND id = :id
