INSERT INTO spec (task, json) VALUES (:task, :json)
