SELECT e.from_place, e.to_place, e.leads, e.mark
  FROM run r CROSS JOIN run_edge e INDEXED BY run_edge_to ON e.run = r.seq
 WHERE r.id = :run AND r.there AND e.to_place BETWEEN :first AND :last
 ORDER BY e.to_place, e.marked, e.from_place LIMIT :most
