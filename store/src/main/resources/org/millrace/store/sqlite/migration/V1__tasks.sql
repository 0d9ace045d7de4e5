-- Times and durations are whole nanoseconds (times since 1970), so that what comes out equals what went in.
-- Outcomes, causes, specs and reports are JSON; what is searched or changes often is a column.

CREATE TABLE task (
  seq               INTEGER PRIMARY KEY AUTOINCREMENT, -- order of submission; never used twice, page tokens name it
  id                TEXT    NOT NULL UNIQUE,
  owner             TEXT    NOT NULL,
  dialect           TEXT    NOT NULL,
  name              TEXT,
  lane              TEXT    NOT NULL,
  priority          INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 10),
  retry_attempts    INTEGER NOT NULL CHECK (retry_attempts >= 1),
  retry_first       INTEGER NOT NULL CHECK (retry_first >= 0),
  retry_most        INTEGER NOT NULL CHECK (retry_most >= retry_first),
  retry_after_start INTEGER NOT NULL CHECK (retry_after_start IN (0, 1)),
  limit_queue       INTEGER,
  limit_run         INTEGER,
  limit_total       INTEGER,
  state             TEXT    NOT NULL,
  shown             TEXT    NOT NULL, -- the state for those who know no CANCELING
  attempt           INTEGER NOT NULL CHECK (attempt >= 0),
  holder            TEXT,             -- the server whose lease is in force
  lease_no          INTEGER NOT NULL CHECK (lease_no >= 0), -- of the lease granted last
  handle_runtime    TEXT,
  handle_site       TEXT,
  handle_name       TEXT,
  created_at        INTEGER NOT NULL,
  due_at            INTEGER NOT NULL,
  started_at        INTEGER,
  ended_at          INTEGER,
  waits_for         TEXT,
  outcome           TEXT,
  cancelled_by      TEXT,
  cancelled_at      INTEGER,
  cancelled_from    TEXT,
  waits_until       INTEGER,          -- when it has waited too long
  ready             INTEGER CHECK (ready IN (0, 1)), -- of a waiting task: 1 once it is known to be due
  rank              INTEGER,          -- due_at less a minute for each step of priority: the least goes first
  place             INTEGER AS (seq), -- SQLite looks up (name, place) > (?, ?) in an index, but not (name, seq)

  CHECK (state IN ('WAITING', 'QUEUED', 'INITIALIZING', 'RUNNING', 'PAUSED', 'COMPLETE', 'EXECUTOR_ERROR',
                   'SYSTEM_ERROR', 'CANCELING', 'CANCELED', 'PREEMPTED')),
  CHECK (shown = state OR (state = 'CANCELING' AND shown IN ('INITIALIZING', 'RUNNING'))),
  CHECK ((outcome IS NOT NULL) = (state IN ('COMPLETE', 'EXECUTOR_ERROR', 'SYSTEM_ERROR', 'CANCELED'))),
  CHECK (outcome IS NULL OR holder IS NULL),
  CHECK (holder IS NULL OR lease_no > 0),
  CHECK ((handle_name IS NOT NULL) = (state IN ('INITIALIZING', 'RUNNING', 'CANCELING'))),
  CHECK ((handle_name IS NULL) = (handle_runtime IS NULL) AND (handle_name IS NULL) = (handle_site IS NULL)),
  CHECK (handle_name IS NULL OR attempt > 0),
  CHECK ((cancelled_by IS NULL) = (cancelled_at IS NULL) AND (cancelled_by IS NULL) = (cancelled_from IS NULL)),
  CHECK (waits_until IS NULL OR state IN ('WAITING', 'QUEUED')),
  CHECK ((ready IS NOT NULL) = (state = 'QUEUED' AND holder IS NULL)),
  CHECK ((ready IS NULL) = (rank IS NULL))
) STRICT;

-- Lists. Every index ends in seq, which is the order of a list.
CREATE INDEX task_owner   ON task (owner);
CREATE INDEX task_dialect ON task (dialect);
CREATE INDEX task_shown   ON task (shown);
CREATE INDEX task_name    ON task (name, place) WHERE name IS NOT NULL;

-- Dispatch. A leased task is in none of the first two, however long it stays QUEUED.
CREATE INDEX task_ready     ON task (lane, ready, owner, rank) WHERE ready IS NOT NULL;
CREATE INDEX task_ripening  ON task (lane, due_at) WHERE ready = 0;
CREATE INDEX task_held      ON task (holder, lane) WHERE holder IS NOT NULL;
CREATE INDEX task_in_flight ON task (lane, holder, handle_site) WHERE holder IS NOT NULL OR handle_site IS NOT NULL;
CREATE INDEX task_alone     ON task (handle_site, due_at) WHERE handle_site IS NOT NULL AND holder IS NULL;
CREATE INDEX task_waits     ON task (waits_until) WHERE waits_until IS NOT NULL;
CREATE INDEX task_open      ON task (state, lane)
  WHERE state NOT IN ('COMPLETE', 'EXECUTOR_ERROR', 'SYSTEM_ERROR', 'CANCELED');

-- Forgetting.
CREATE INDEX task_ended ON task (state, ended_at) WHERE ended_at IS NOT NULL;

-- What was submitted: large, and never written again.
CREATE TABLE spec (
  task INTEGER PRIMARY KEY REFERENCES task (seq),
  json TEXT NOT NULL
) STRICT;

-- Two ways in: a key with any value, and a key with this value. What is shown comes from the spec.
CREATE TABLE tag (
  key   TEXT    NOT NULL,
  value TEXT    NOT NULL,
  task  INTEGER NOT NULL,
  PRIMARY KEY (key, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_value ON tag (key, value, task);
CREATE INDEX tag_task  ON tag (task); -- for forgetting: a spec that cannot be read tells no keys

CREATE TABLE external_id (
  face TEXT    NOT NULL,
  text TEXT    NOT NULL,
  task INTEGER NOT NULL,
  PRIMARY KEY (face, text)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_id_task ON external_id (task);

CREATE TABLE attempt (
  task           INTEGER NOT NULL REFERENCES task (seq),
  number         INTEGER NOT NULL CHECK (number >= 1),
  handle_runtime TEXT    NOT NULL,
  handle_site    TEXT    NOT NULL,
  handle_name    TEXT    NOT NULL,
  begun_at       INTEGER NOT NULL,
  started_at     INTEGER,
  ended_at       INTEGER,
  outcome        TEXT,
  report         TEXT, -- absent: nothing is known yet
  PRIMARY KEY (task, number),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;
CREATE UNIQUE INDEX attempt_under_way ON attempt (task) WHERE ended_at IS NULL;

CREATE TABLE event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- the cursor of those who follow
  task     INTEGER NOT NULL REFERENCES task (seq),
  owner    TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  state    TEXT    NOT NULL,
  attempt  INTEGER NOT NULL,
  detail   TEXT
) STRICT;
CREATE INDEX event_task  ON event (task);
CREATE INDEX event_owner ON event (owner);

CREATE TABLE server (
  id          TEXT    PRIMARY KEY,
  alive_until INTEGER NOT NULL,
  dead        INTEGER NOT NULL CHECK (dead IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  id         INTEGER PRIMARY KEY AUTOINCREMENT, -- order of writing
  channel    TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  target     TEXT    NOT NULL,
  body       TEXT    NOT NULL,
  tries      INTEGER NOT NULL CHECK (tries >= 0),
  due_at     INTEGER NOT NULL,
  last_error TEXT,
  given_up   INTEGER NOT NULL CHECK (given_up IN (0, 1)),
  first      INTEGER NOT NULL CHECK (first IN (0, 1)), -- of its key, among those that may still arrive
  CHECK (NOT (first AND given_up)),
  CHECK (NOT given_up OR last_error IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX delivery_first ON delivery (key) WHERE first = 1;
CREATE INDEX delivery_pending  ON delivery (key) WHERE given_up = 0;
CREATE INDEX delivery_due      ON delivery (target, due_at) WHERE first = 1;
CREATE INDEX delivery_given_up ON delivery (given_up) WHERE given_up = 1;
CREATE INDEX delivery_old      ON delivery (due_at) WHERE given_up = 1;

-- Written to find out whether writing works again after a failure.
CREATE TABLE probe (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  filler BLOB NOT NULL
) STRICT;
INSERT INTO probe (one, filler) VALUES (1, x'');
