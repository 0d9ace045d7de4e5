SELECT id, owner, state, shown, started_at FROM task WHERE id = :id
