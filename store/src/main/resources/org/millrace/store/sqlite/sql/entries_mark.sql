-- Those that wait for others of their document, one of which has completed.
UPDATE document_task INDEXED BY document_task_waiting
   SET marks = marks + 1, marked = 1
 WHERE document = :document AND waiting = 1 AND task <> :task
