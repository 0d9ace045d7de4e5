INSERT INTO result (space, id, task, creator_id, key, attempt, digest, generator, payload, saved_at, overtaken)
VALUES (:space, :id, :task, :creator_id, :key, :attempt, :digest, :generator, :payload, :saved_at, 0)
