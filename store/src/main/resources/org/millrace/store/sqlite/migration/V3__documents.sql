-- Documents and the tasks assigned to them. As in V1, times are whole nanoseconds, what is searched or changes often is
-- a column, and everything else is JSON.

ALTER TABLE task ADD COLUMN uncounted INTEGER NOT NULL DEFAULT 0 CHECK (uncounted BETWEEN 0 AND attempt);
ALTER TABLE task ADD COLUMN assigned  INTEGER NOT NULL DEFAULT 0 CHECK (assigned IN (0, 1)); -- it belongs to a document

-- Forgetting by age: what is assigned stays as long as its document.
DROP INDEX task_ended;
CREATE INDEX task_ended ON task (state, ended_at) WHERE ended_at IS NOT NULL AND assigned = 0;

CREATE TABLE document (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
  space       TEXT    NOT NULL,
  id          TEXT    NOT NULL CHECK (length(id) = 40 AND id NOT GLOB '*[^0-9a-f]*'),
  target_id   TEXT    NOT NULL,
  creator_id  TEXT    NOT NULL,
  target      TEXT    NOT NULL,
  creator     TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  completions INTEGER NOT NULL CHECK (completions >= 0), -- of its tasks, each as often as it completed
  UNIQUE (space, id)
) STRICT;

-- Lists. Both are the order of a list.
CREATE UNIQUE INDEX document_target  ON document (space, target_id, creator_id);
CREATE INDEX        document_creator ON document (space, creator_id, target_id);

-- A task of a document, as its face tells of it. The order of assignment is that of its core task.
CREATE TABLE document_task (
  task       INTEGER PRIMARY KEY REFERENCES task (seq),
  space      TEXT    NOT NULL,
  document   INTEGER NOT NULL REFERENCES document (seq),
  creator_id TEXT    NOT NULL, -- that of the document, here too for lists
  id         TEXT    NOT NULL CHECK (length(id) = 40 AND id NOT GLOB '*[^0-9a-f]*'),
  key        TEXT    NOT NULL CHECK (key <> ''),
  number     INTEGER NOT NULL,
  message    TEXT    NOT NULL,
  also       TEXT    NOT NULL, -- what else was answered
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  waiting    INTEGER NOT NULL CHECK (waiting IN (0, 1)), -- whether the core task is WAITING after an attempt
  seen       INTEGER NOT NULL CHECK (seen >= 0),         -- completions of the document when the last attempt began
  marks      INTEGER NOT NULL CHECK (marks >= 0),        -- how often it was marked
  marked     INTEGER NOT NULL CHECK (marked IN (0, 1)),  -- it is to be looked at
  UNIQUE (space, id),
  UNIQUE (document, key),
  CHECK (marked = 0 OR marks > 0)
) STRICT;

-- Lists. Every index ends in task, which is the order of a list.
CREATE INDEX document_task_document ON document_task (document);
CREATE INDEX document_task_creator  ON document_task (space, creator_id, key);
CREATE INDEX document_task_key      ON document_task (space, key, number);
CREATE INDEX document_task_number   ON document_task (space, number);

-- Waiting for siblings. A task is in one of these only as long as it waits, or is to be looked at.
CREATE INDEX document_task_marked  ON document_task (task) WHERE marked = 1;
CREATE INDEX document_task_waiting ON document_task (document) WHERE waiting = 1;

CREATE TABLE result (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT, -- order of saving
  space      TEXT    NOT NULL,
  id         TEXT    NOT NULL CHECK (length(id) = 20 AND id NOT GLOB '*[^A-Za-z0-9_-]*'),
  task       INTEGER NOT NULL REFERENCES document_task (task),
  creator_id TEXT    NOT NULL, -- this and the key are those of its task, here too for lists
  key        TEXT    NOT NULL,
  attempt    INTEGER NOT NULL CHECK (attempt >= 0), -- in which it was saved
  digest     TEXT    NOT NULL CHECK (length(digest) = 64),
  generator  TEXT    NOT NULL,
  payload    TEXT    NOT NULL,
  saved_at   INTEGER NOT NULL,
  overtaken  INTEGER NOT NULL CHECK (overtaken IN (0, 1)), -- a later attempt has completed
  UNIQUE (space, id)
) STRICT;
CREATE UNIQUE INDEX result_words ON result (task, attempt, digest);
CREATE INDEX result_task    ON result (task);
CREATE INDEX result_shown   ON result (task) WHERE overtaken = 0;
CREATE INDEX result_creator ON result (space, creator_id, key) WHERE overtaken = 0;

-- What is left of an assigned task that was deleted; gone when there is one of that name again.
CREATE TABLE tombstone (
  space      TEXT    NOT NULL,
  id         TEXT    NOT NULL CHECK (length(id) = 40 AND id NOT GLOB '*[^0-9a-f]*'),
  attempts   INTEGER NOT NULL CHECK (attempts >= 0), -- number of its last attempt
  deleted_at INTEGER NOT NULL,
  PRIMARY KEY (space, id)
) STRICT, WITHOUT ROWID;

-- Answers of workers that came to nothing: the last few, to be looked at by people.
CREATE TABLE dead_letter (
  sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
  at          INTEGER NOT NULL,
  correlation TEXT,
  body        BLOB    NOT NULL CHECK (length(body) <= 65536), -- its first bytes
  length      INTEGER NOT NULL CHECK (length >= length(body)),
  why         TEXT    NOT NULL
) STRICT;
CREATE INDEX dead_letter_at ON dead_letter (at);

-- Ids that are numbers, for faces that have such. None is given twice.
CREATE TABLE number_sequence (
  name  TEXT    PRIMARY KEY CHECK (name <> ''),
  taken INTEGER NOT NULL CHECK (taken BETWEEN 1 AND 4294967295) -- the greatest one given
) STRICT, WITHOUT ROWID;
