-- From now on nobody sees it; its rows are removed a piece at a time.
UPDATE run SET gone = 1 WHERE seq = :seq
