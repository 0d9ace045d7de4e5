UPDATE server SET alive_until = :alive_until WHERE id = :server AND dead = 0
