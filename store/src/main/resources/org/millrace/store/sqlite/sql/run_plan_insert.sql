INSERT INTO run_plan (run, place, json) VALUES (:run, :place, :json)
