INSERT INTO external_id (face, text, task) VALUES (:face, :text, :task)
