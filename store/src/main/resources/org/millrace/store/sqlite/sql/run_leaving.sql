SELECT leaving.condition, leaving.leads, n.*
  FROM (SELECT e.run, e.to_place, e.condition, e.leads
          FROM run r CROSS JOIN run_edge e INDEXED BY run_edge_unmarked ON e.run = r.seq
         WHERE r.id = :run AND r.there AND e.from_place = :place AND e.mark IS NULL
         ORDER BY e.to_place LIMIT :most) leaving
 CROSS JOIN run_node n ON n.run = leaving.run AND n.place = leaving.to_place
