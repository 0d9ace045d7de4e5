-- Gives the greatest one taken; nothing if there are not so many left.
INSERT INTO number_sequence (name, taken) VALUES (:name, :many)
ON CONFLICT (name) DO UPDATE SET taken = taken + :many WHERE taken + :many <= 4294967295
RETURNING taken
