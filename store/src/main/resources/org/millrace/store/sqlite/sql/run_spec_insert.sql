INSERT INTO run_spec (run, json) VALUES (:run, :json)
