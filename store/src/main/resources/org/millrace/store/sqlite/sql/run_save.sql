UPDATE run
   SET state = :state, open = :open, active = :active, failed = :failed, next_place = :next_place,
       ended_at = :ended_at, cancelled_by = :cancelled_by, rewinds = :rewinds,
       rewind_from = :rewind_from
 WHERE seq = :seq
