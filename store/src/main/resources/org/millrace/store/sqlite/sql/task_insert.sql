INSERT INTO task (id, owner, dialect, name, lane, priority,
                  retry_attempts, retry_first, retry_most, retry_after_start,
                  limit_queue, limit_run, limit_total,
                  state, shown, attempt, holder, lease_no, handle_runtime, handle_site, handle_name,
                  created_at, due_at, started_at, ended_at, waits_for, outcome,
                  cancelled_by, cancelled_at, cancelled_from, waits_until, ready, rank, uncounted, assigned)
VALUES (:id, :owner, :dialect, :name, :lane, :priority,
        :retry_attempts, :retry_first, :retry_most, :retry_after_start,
        :limit_queue, :limit_run, :limit_total,
        :state, :shown, :attempt, :holder, :lease_no, :handle_runtime, :handle_site, :handle_name,
        :created_at, :due_at, :started_at, :ended_at, :waits_for, :outcome,
        :cancelled_by, :cancelled_at, :cancelled_from, :waits_until, :ready, :rank, :uncounted, :assigned)
RETURNING seq
