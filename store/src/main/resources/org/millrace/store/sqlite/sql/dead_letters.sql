SELECT * FROM dead_letter WHERE sequence < :before ORDER BY sequence DESC LIMIT :most
