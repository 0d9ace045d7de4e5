SELECT n.* FROM run r CROSS JOIN run_node n INDEXED BY run_node_telling ON n.run = r.seq
 WHERE r.id = :run AND r.there AND n.telling = 1 ORDER BY n.place LIMIT :most
