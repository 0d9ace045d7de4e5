-- From a place in the order to the end of what the pattern may begin with. The patterns are looked at in the index alone.
SELECT d.*
  FROM (SELECT seq FROM document INDEXED BY document_target
         WHERE space = :space AND (target_id, creator_id) >= (:from_target, :from_creator)
           AND (target_id, creator_id) < (:end, '') AND +target_id GLOB :target AND +creator_id GLOB :creator
         ORDER BY target_id, creator_id LIMIT :most OFFSET :skip) found
       CROSS JOIN document d ON d.seq = found.seq
