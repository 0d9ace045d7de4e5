INSERT INTO server (id, alive_until, dead) VALUES (:server, :alive_until, 0)
ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until, dead = 0
