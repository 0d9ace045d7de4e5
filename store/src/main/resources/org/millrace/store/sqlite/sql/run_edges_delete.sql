DELETE FROM run_edge
 WHERE run = :run
   AND (from_place, to_place) IN (SELECT from_place, to_place FROM run_edge WHERE run = :run LIMIT :most)
