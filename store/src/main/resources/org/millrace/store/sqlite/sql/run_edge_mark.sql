-- A mark is set once: else nothing is changed, and so nothing fits.
UPDATE run_edge SET mark = :mark
 WHERE run = :run AND from_place = :from AND to_place = :to AND mark IS NULL
