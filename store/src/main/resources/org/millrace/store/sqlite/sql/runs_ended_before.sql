SELECT seq FROM run INDEXED BY run_ended
 WHERE state = :state AND ended_at <= :then AND gone = 0 ORDER BY ended_at, seq LIMIT 1
