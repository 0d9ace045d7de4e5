INSERT INTO event (task, owner, at, kind, state, attempt, detail)
VALUES (:task, :owner, :at, :kind, :state, :attempt, :detail)
