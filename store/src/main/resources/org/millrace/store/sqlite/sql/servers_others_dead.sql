UPDATE server SET dead = 1 WHERE dead = 0 AND id <> :survivor
