SELECT 1 FROM server WHERE id = :server AND dead = 0 AND alive_until > :now
