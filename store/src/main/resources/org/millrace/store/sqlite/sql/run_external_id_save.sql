INSERT INTO run_external_id (face, text, run) VALUES (:face, :text, :run)
ON CONFLICT (face, text) DO UPDATE SET run = excluded.run
