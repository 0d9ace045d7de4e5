INSERT INTO run_node (run, place, key, generation, state, leading, open, taken, barred, undecided,
                      ending, task, cause, parent, telling, told)
VALUES (:run, :place, :key, :generation, :state, :leading, :open, :taken, :barred, :undecided,
        :ending, :task, :cause, :parent, :telling, :told)
