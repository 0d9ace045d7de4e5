UPDATE server SET dead = 1 WHERE dead = 0 AND alive_until <= :now
