-- Lets tasks whose time has come into the ready index. Bounded, so that many that are due at once hold up nobody;
-- those due longest come first, the others at the next claim.
UPDATE task SET ready = 1
 WHERE seq IN (SELECT seq FROM task INDEXED BY task_ripening
                WHERE lane = :lane AND ready = 0 AND due_at <= :now
                ORDER BY due_at LIMIT :most)
