INSERT INTO run (id, owner, policy, state, open, active, failed, next_place, created_at, ended_at,
                 cancelled_by, rewinds, rewind_from)
VALUES (:id, :owner, :policy, :state, :open, :active, :failed, :next_place, :created_at, :ended_at,
        :cancelled_by, :rewinds, :rewind_from)
RETURNING seq
