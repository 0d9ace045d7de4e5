DELETE FROM delivery WHERE id = :id AND given_up = 0
