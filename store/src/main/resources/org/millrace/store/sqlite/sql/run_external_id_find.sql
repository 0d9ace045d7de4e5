SELECT r.seq, r.id, r.state FROM run_external_id e CROSS JOIN run r ON r.seq = e.run
 WHERE e.face = :face AND e.text = :text AND r.gone = 0
