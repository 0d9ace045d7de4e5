INSERT INTO document_task (task, space, document, creator_id, id, key, number, message, also, created_at, updated_at,
                           waiting, seen, marks, marked)
VALUES (:task, :space, :document, :creator_id, :id, :key, :number, :message, :also, :created_at, :created_at, 0, 0, 0, 0)
