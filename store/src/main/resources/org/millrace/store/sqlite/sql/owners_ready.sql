-- The next owners with something ready, by name. A skip scan: one look into the index for each owner, whatever stands
-- behind it. (due_at is looked at again because a clock may have been set back.)
WITH RECURSIVE turn (owner) AS (
  SELECT (SELECT t.owner FROM task t INDEXED BY task_ready
           WHERE t.lane = :lane AND t.ready = 1 AND t.owner > :after AND t.due_at <= :now
           ORDER BY t.owner, t.rank LIMIT 1)
  UNION ALL
  SELECT (SELECT t.owner FROM task t INDEXED BY task_ready
           WHERE t.lane = :lane AND t.ready = 1 AND t.owner > turn.owner AND t.due_at <= :now
           ORDER BY t.owner, t.rank LIMIT 1)
    FROM turn WHERE turn.owner IS NOT NULL
   LIMIT :most
)
SELECT owner FROM turn WHERE owner IS NOT NULL
