SELECT id, owner, state, shown FROM task WHERE id = :id
