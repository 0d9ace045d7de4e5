UPDATE delivery SET tries = tries + 1, due_at = :due_at, last_error = :error WHERE id = :id AND given_up = 0
