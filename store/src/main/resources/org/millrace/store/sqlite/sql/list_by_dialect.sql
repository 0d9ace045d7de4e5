SELECT t.seq, t.id, t.owner, t.state, t.shown FROM task t INDEXED BY task_dialect
 WHERE t.seq > :after AND t.seq <= :until AND t.dialect = :dialect
   AND (:owner IS NULL OR t.owner = :owner)
   AND (:shown IS NULL OR t.shown = :shown)
   AND (:name IS NULL OR (t.name >= :name AND t.name < :name_end))
   AND (:tags IS NULL
        OR NOT EXISTS (SELECT 1 FROM json_each(:tags) w
                        WHERE NOT EXISTS (SELECT 1 FROM tag g
                                           WHERE g.key = w.value ->> 'key' AND g.task = t.seq
                                             AND (w.value ->> 'value' IS NULL OR g.value = w.value ->> 'value'))))
 ORDER BY t.seq LIMIT :most
