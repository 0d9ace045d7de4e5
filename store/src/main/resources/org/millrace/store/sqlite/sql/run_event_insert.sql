INSERT INTO run_event (run, at, place, node, state, task, detail)
VALUES (:run, :at, :place, :node, :state, :task, :detail)
