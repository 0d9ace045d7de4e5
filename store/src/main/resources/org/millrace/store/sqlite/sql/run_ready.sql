SELECT n.*
  FROM run r
 CROSS JOIN run_node n INDEXED BY run_node_ready ON n.run = r.seq
 WHERE r.id = :run AND r.there AND n.state = 'READY' ORDER BY n.place LIMIT :most
