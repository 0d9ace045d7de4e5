DELETE FROM tag WHERE key = :key AND task = :task
