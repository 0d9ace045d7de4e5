SELECT count(*) FILTER (WHERE n.state <> 'ENDED' OR (n.ending = 'FAILED' AND r.policy = 'HOLD')) AS open,
       count(*) FILTER (WHERE n.state = 'ACTIVE') AS active,
       count(*) FILTER (WHERE n.ending = 'FAILED') AS failed
  FROM run r CROSS JOIN run_node n ON n.run = r.seq
 WHERE r.id = :run AND r.there
