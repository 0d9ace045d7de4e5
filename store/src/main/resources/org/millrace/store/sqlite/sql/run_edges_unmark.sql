UPDATE run_edge SET mark = NULL WHERE run = :run AND from_place = :from AND mark IS NOT NULL
