SELECT n.*
  FROM run r
 CROSS JOIN run_node n INDEXED BY run_node_active ON n.run = r.seq
 WHERE r.id = :run AND r.there AND n.state = 'ACTIVE' AND n.place >= :from ORDER BY n.place LIMIT :most
