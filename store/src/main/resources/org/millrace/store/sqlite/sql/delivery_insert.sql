INSERT INTO delivery (channel, key, target, body, tries, due_at, given_up, first)
VALUES (:channel, :key, :target, :body, 0, :due_at, 0,
        NOT EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_pending WHERE key = :key AND given_up = 0))
