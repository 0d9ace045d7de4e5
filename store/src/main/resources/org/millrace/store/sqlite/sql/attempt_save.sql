-- An attempt that has ended is never touched again.
UPDATE attempt
   SET started_at = coalesce(:started_at, started_at), ended_at = :ended_at, outcome = :outcome,
       report = coalesce(:report, report)
 WHERE task = :task AND ended_at IS NULL
