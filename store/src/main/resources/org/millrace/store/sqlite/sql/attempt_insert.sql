INSERT INTO attempt (task, number, handle_runtime, handle_site, handle_name, begun_at)
VALUES (:task, :number, :handle_runtime, :handle_site, :handle_name, :begun_at)
