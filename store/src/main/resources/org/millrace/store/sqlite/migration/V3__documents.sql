-- Documents and the tasks assigned to them. As in V1, times are whole nanoseconds, what is searched or changes often is
-- a column, and everything else is JSON.

ALTER TABLE task ADD COLUMN uncounted INTEGER NOT NULL DEFAULT 0 CHECK (uncounted BETWEEN 0 AND attempt);
ALTER TABLE task ADD COLUMN assigned  INTEGER NOT NULL DEFAULT 0 CHECK (assigned IN (0, 1)); -- it belongs to a document
