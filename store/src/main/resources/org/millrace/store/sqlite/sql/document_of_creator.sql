SELECT * FROM document INDEXED BY document_creator
 WHERE space = :space AND creator_id = :creator ORDER BY target_id LIMIT 1
