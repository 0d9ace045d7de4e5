SELECT count(*) AS documents
  FROM (SELECT 1 FROM document INDEXED BY document_target
         WHERE space = :space AND (target_id, creator_id) >= (:from_target, :from_creator)
           AND (target_id, creator_id) < (:end, '') AND +target_id GLOB :target AND +creator_id GLOB :creator
         LIMIT :most)
