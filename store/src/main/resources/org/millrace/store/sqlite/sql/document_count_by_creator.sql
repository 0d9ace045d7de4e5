SELECT count(*) AS documents
  FROM (SELECT 1 FROM document INDEXED BY document_creator
         WHERE space = :space AND creator_id = :creator AND target_id >= :from_target AND target_id < :end
           AND +target_id GLOB :target
         LIMIT :most)
