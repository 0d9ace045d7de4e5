UPDATE delivery SET tries = tries + 1, last_error = :error, given_up = 1, first = 0 WHERE id = :id AND given_up = 0
