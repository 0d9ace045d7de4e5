INSERT INTO document (space, id, target_id, creator_id, target, creator, created_at, updated_at, completions)
VALUES (:space, :id, :target_id, :creator_id, :target, :creator, :created_at, :updated_at, 0)
