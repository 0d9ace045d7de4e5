-- What is left out is passed over in the edges alone, a step for each.
SELECT leaving.condition, leaving.leads, n.*
  FROM (SELECT e.run, e.to_place, e.condition, e.leads
          FROM run r CROSS JOIN run_edge e ON e.run = r.seq
         WHERE r.id = :run AND r.there AND e.from_place = :place
         ORDER BY e.to_place LIMIT :most OFFSET :skip) leaving
 CROSS JOIN run_node n ON n.run = leaving.run AND n.place = leaving.to_place
