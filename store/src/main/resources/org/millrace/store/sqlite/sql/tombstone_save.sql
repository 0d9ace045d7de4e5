INSERT OR REPLACE INTO tombstone (space, id, attempts, deleted_at) VALUES (:space, :id, :attempts, :deleted_at)
