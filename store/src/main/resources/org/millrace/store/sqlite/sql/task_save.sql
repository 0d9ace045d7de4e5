UPDATE task
   SET state = :state, shown = :shown, attempt = :attempt, holder = :holder, lease_no = :lease_no,
       handle_runtime = :handle_runtime, handle_site = :handle_site, handle_name = :handle_name,
       due_at = :due_at, started_at = :started_at, ended_at = :ended_at,
       waits_for = :waits_for, outcome = :outcome,
       cancelled_by = :cancelled_by, cancelled_at = :cancelled_at, cancelled_from = :cancelled_from,
       waits_until = :waits_until, ready = :ready, rank = :rank, uncounted = :uncounted
 WHERE seq = :seq
