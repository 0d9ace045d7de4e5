UPDATE document_task
   SET number = :number, message = :message, also = :also, updated_at = :updated_at,
       waiting = :waiting, seen = :seen, marks = :marks, marked = :marked
 WHERE task = :task
