SELECT n.*
  FROM run r
 CROSS JOIN run_node n INDEXED BY run_node_spreading ON n.run = r.seq
 WHERE r.id = :run AND r.there AND n.state = 'SPREAD' AND n.made < n.open + n.taken + n.barred
 ORDER BY n.place LIMIT :most
