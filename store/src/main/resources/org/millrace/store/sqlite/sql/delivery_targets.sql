-- Targets to which something is due, by name. A skip scan: two looks into the index for each target, whatever waits.
WITH RECURSIVE target (name) AS (
  SELECT (SELECT d.target FROM delivery d INDEXED BY delivery_due
           WHERE d.first = 1 ORDER BY d.target LIMIT 1)
  UNION ALL
  SELECT (SELECT d.target FROM delivery d INDEXED BY delivery_due
           WHERE d.first = 1 AND d.target > target.name ORDER BY d.target LIMIT 1)
    FROM target WHERE target.name IS NOT NULL
)
SELECT name FROM target
 WHERE name IS NOT NULL
   AND EXISTS (SELECT 1 FROM delivery d INDEXED BY delivery_due
                WHERE d.first = 1 AND d.target = target.name AND d.due_at <= :now)
 LIMIT :most
