SELECT seq FROM task WHERE id = :id AND ended_at IS NOT NULL
