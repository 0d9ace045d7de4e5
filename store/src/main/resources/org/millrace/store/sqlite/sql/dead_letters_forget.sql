DELETE FROM dead_letter
 WHERE sequence IN (SELECT sequence FROM dead_letter INDEXED BY dead_letter_at
                     WHERE at <= :then ORDER BY at, sequence LIMIT :most)
