SELECT n.*, p.json
  FROM run r
 CROSS JOIN run_node n INDEXED BY run_node_active ON n.run = r.seq
 CROSS JOIN run_plan p ON p.run = n.run AND p.place = n.place
 WHERE r.id = :run AND r.there AND n.state = 'ACTIVE' AND n.place >= :from ORDER BY n.place LIMIT :most
