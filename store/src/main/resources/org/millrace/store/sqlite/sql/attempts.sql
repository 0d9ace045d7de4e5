SELECT * FROM attempt WHERE task = :task ORDER BY number
