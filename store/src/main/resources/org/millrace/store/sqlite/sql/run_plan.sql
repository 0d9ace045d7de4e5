SELECT p.json FROM run r CROSS JOIN run_plan p ON p.run = r.seq
 WHERE r.id = :run AND r.there AND p.place = :place
