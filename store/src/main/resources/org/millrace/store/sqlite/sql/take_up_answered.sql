SELECT seq FROM task
 WHERE id = :id AND attempt = :attempt AND handle_name IS NOT NULL AND holder IS NULL
