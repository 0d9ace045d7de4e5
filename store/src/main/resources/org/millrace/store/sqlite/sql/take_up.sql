SELECT seq, due_at FROM task INDEXED BY task_alone
 WHERE handle_site = :site AND holder IS NULL AND due_at <= :now
 ORDER BY due_at, seq LIMIT :most
