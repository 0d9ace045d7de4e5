-- Of those that have ended: one that never arrived is its submitter's to remove.
SELECT seq FROM run INDEXED BY run_gone WHERE gone = 1 AND state = :state ORDER BY seq LIMIT 1
