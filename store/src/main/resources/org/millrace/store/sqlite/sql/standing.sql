SELECT state, ended_at FROM task WHERE id = :id
