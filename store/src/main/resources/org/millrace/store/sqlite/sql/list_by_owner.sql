SELECT t.seq, t.id, t.owner, t.state, t.shown, t.started_at FROM task t INDEXED BY task_owner
 WHERE t.seq > :after AND t.seq <= :until AND t.owner = :owner
   AND (:dialect IS NULL OR t.dialect = :dialect)
   AND (:shown IS NULL OR t.shown = :shown)
   AND (:name IS NULL OR (t.name >= :name AND t.name < :name_end))
   AND (:has_key IS NULL OR EXISTS (SELECT 1 FROM tag h
                                     WHERE h.key = :has_key AND h.task = t.seq
                                       AND (:has_value IS NULL OR h.value = :has_value)))
   AND (:has_more IS NULL
        OR NOT EXISTS (SELECT 1 FROM json_each(:has_more) w
                        WHERE NOT EXISTS (SELECT 1 FROM tag g
                                           WHERE g.key = w.value ->> 'key' AND g.task = t.seq
                                             AND (w.value ->> 'value' IS NULL OR g.value = w.value ->> 'value'))))
 ORDER BY t.seq LIMIT :most
