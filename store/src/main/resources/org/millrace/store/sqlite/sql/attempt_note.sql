UPDATE attempt SET report = :report
 WHERE ended_at IS NULL
   AND task = (SELECT seq FROM task WHERE id = :id AND holder = :holder AND lease_no = :lease_no)
