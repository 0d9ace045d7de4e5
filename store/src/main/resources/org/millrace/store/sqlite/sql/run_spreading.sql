SELECT n.*, p.json
  FROM run r
 CROSS JOIN run_node n INDEXED BY run_node_spreading ON n.run = r.seq
 CROSS JOIN run_plan p ON p.run = n.run AND p.place = n.place
 WHERE r.id = :run AND r.there AND n.state = 'SPREAD' AND n.made < n.open + n.taken + n.barred
 ORDER BY n.place LIMIT :most
