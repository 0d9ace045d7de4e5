INSERT INTO dead_letter (at, correlation, body, length, why) VALUES (:at, :correlation, :body, :length, :why)
RETURNING sequence
