SELECT r.*, s.json FROM run r CROSS JOIN run_spec s ON s.run = r.seq WHERE r.id = :id AND r.there
