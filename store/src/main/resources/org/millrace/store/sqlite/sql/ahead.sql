SELECT (SELECT count(*) FROM (SELECT 1 FROM task o INDEXED BY task_ready
                               WHERE o.lane = t.lane AND o.ready = 1 AND o.owner = t.owner
                                 AND (o.rank, o.seq) < (t.rank, t.seq) LIMIT :most))
     + (SELECT count(*) FROM (SELECT 1 FROM task o INDEXED BY task_ready
                               WHERE o.lane = t.lane AND o.ready = 0 AND o.owner = t.owner
                                 AND (o.rank, o.seq) < (t.rank, t.seq) LIMIT :most)) AS tasks
  FROM task t WHERE t.id = :id AND t.rank IS NOT NULL
