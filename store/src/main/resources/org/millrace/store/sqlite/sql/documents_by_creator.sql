SELECT d.*
  FROM (SELECT seq FROM document INDEXED BY document_creator
         WHERE space = :space AND creator_id = :creator AND target_id >= :from_target AND target_id < :end
           AND +target_id GLOB :target
         ORDER BY target_id LIMIT :most OFFSET :skip) found
       CROSS JOIN document d ON d.seq = found.seq
