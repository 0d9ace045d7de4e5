SELECT id FROM server WHERE dead = 1
