-- Two keys that differ only in half surrogate pairs are the same in UTF-8: the first stays.
INSERT INTO tag (key, value, task) VALUES (:key, :value, :task) ON CONFLICT (key, task) DO NOTHING
