SELECT t.seq, s.json FROM task t CROSS JOIN spec s ON s.task = t.seq
 WHERE t.id = :id AND t.ended_at IS NOT NULL
