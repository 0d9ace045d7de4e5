SELECT e.from_place, e.to_place, e.leads, e.mark FROM run r CROSS JOIN run_edge e ON e.run = r.seq
 WHERE r.id = :run AND r.there AND (e.from_place, e.to_place) > (:from, :to)
 ORDER BY e.from_place, e.to_place LIMIT :most
