SELECT n.* FROM run r CROSS JOIN run_node n ON n.run = r.seq
 WHERE r.id = :run AND r.there AND n.key = :key
