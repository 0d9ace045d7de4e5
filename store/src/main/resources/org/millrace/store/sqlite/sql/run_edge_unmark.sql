UPDATE run_edge SET mark = NULL
 WHERE run = :run AND from_place = :from AND to_place = :to AND mark IS NOT NULL
