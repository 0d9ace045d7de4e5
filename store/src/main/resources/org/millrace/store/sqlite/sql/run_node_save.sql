UPDATE run_node
   SET generation = :generation, state = :state, open = :open, taken = :taken, barred = :barred,
       undecided = :undecided, ending = :ending, task = :task, cause = :cause, telling = :telling,
       made = :made
 WHERE run = :run AND place = :place
