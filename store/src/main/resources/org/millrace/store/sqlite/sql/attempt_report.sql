SELECT report FROM attempt WHERE task = :task AND ended_at IS NULL
