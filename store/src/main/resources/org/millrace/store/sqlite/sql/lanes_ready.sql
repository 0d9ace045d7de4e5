-- Lanes with something that may be claimed, by name. A skip scan: a few looks into the index for each lane, whatever
-- stands behind it.
WITH RECURSIVE lane (name) AS (
  SELECT (SELECT t.lane FROM task t INDEXED BY task_ready
           WHERE t.ready IS NOT NULL ORDER BY t.lane LIMIT 1)
  UNION ALL
  SELECT (SELECT t.lane FROM task t INDEXED BY task_ready
           WHERE t.ready IS NOT NULL AND t.lane > lane.name ORDER BY t.lane LIMIT 1)
    FROM lane WHERE lane.name IS NOT NULL
)
SELECT name FROM lane
 WHERE name IS NOT NULL
   AND (EXISTS (SELECT 1 FROM task t INDEXED BY task_ready WHERE t.lane = lane.name AND t.ready = 1)
        OR EXISTS (SELECT 1 FROM task t INDEXED BY task_ripening
                    WHERE t.lane = lane.name AND t.ready = 0 AND t.due_at <= :now))
