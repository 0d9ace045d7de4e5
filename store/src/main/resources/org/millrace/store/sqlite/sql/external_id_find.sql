SELECT t.id FROM external_id e CROSS JOIN task t ON t.seq = e.task
 WHERE e.face = :face AND e.text = :text
