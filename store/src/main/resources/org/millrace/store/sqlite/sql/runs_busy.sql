-- Costs a look into three indexes for each run that has not ended, however large it is.
SELECT r.*, s.json FROM run r INDEXED BY run_open CROSS JOIN run_spec s ON s.run = r.seq
 WHERE r.state NOT IN ('ARRIVING', 'COMPLETE', 'FAILED', 'CANCELED')
   AND r.seq > CASE WHEN :after IS NULL THEN 0 ELSE (SELECT a.seq FROM run a WHERE a.id = :after AND a.gone = 0) END
   AND (r.state IN ('STOPPING', 'CANCELING', 'REWINDING')
        OR (r.state IN ('RUNNING', 'PAUSED')
            AND EXISTS (SELECT 1 FROM run_node t INDEXED BY run_node_telling
                         WHERE t.run = r.seq AND t.telling = 1))
        OR (r.state = 'RUNNING'
            AND (EXISTS (SELECT 1 FROM run_node n INDEXED BY run_node_ready
                          WHERE n.run = r.seq AND n.state = 'READY')
                 OR EXISTS (SELECT 1 FROM run_node n INDEXED BY run_node_spreading
                             WHERE n.run = r.seq AND n.state = 'SPREAD'
                               AND n.made < n.open + n.taken + n.barred))))
 ORDER BY r.seq LIMIT :most
