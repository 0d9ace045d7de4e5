SELECT t.*, s.json AS spec, a.report
  FROM task t CROSS JOIN spec s ON s.task = t.seq
       LEFT JOIN attempt a ON a.task = t.seq AND a.ended_at IS NULL
 WHERE t.seq = :seq
