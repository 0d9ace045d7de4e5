INSERT INTO run_node (run, place, key, generation, state, leading, open, taken, barred, undecided,
                      ending, task, cause, parent, telling, made)
VALUES (:run, :place, :key, :generation, :state, :leading, :open, :taken, :barred, :undecided,
        :ending, :task, :cause, :parent, :telling, :made)
