SELECT coalesce(max(sequence), 0) AS sequence FROM run_event
