-- Runs: graphs in execution. Nodes and edges go by place, and are never read all at once. As in V1, times are whole
-- nanoseconds, what is searched or changes often is a column, and everything else is JSON.

CREATE TABLE run (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they were begun
  id           TEXT    NOT NULL UNIQUE,
  owner        TEXT    NOT NULL,
  policy       TEXT    NOT NULL CHECK (policy IN ('STOP', 'CONTINUE', 'HOLD')),
  state        TEXT    NOT NULL,
  open         INTEGER NOT NULL CHECK (open >= 0),   -- nodes that it may yet have to wait for
  active       INTEGER NOT NULL CHECK (active >= 0), -- nodes with a task that has not ended
  failed       INTEGER NOT NULL CHECK (failed >= 0), -- nodes whose last task failed
  next_place   INTEGER NOT NULL CHECK (next_place >= 0),
  created_at   INTEGER NOT NULL,
  ended_at     INTEGER,
  cancelled_by TEXT,
  rewinds      INTEGER NOT NULL CHECK (rewinds >= 0), -- how often nodes of it were made anew
  rewind_from  TEXT,             -- places, while it is being made anew
  gone         INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)), -- its rows are being removed, a piece at a time
  there        INTEGER AS (gone = 0 AND state <> 'ARRIVING'),     -- callers see it

  CHECK (state IN ('ARRIVING', 'RUNNING', 'PAUSED', 'REWINDING', 'STOPPING', 'CANCELING', 'COMPLETE', 'FAILED',
                   'CANCELED')),
  CHECK (active <= open),
  CHECK ((ended_at IS NOT NULL) = (state IN ('COMPLETE', 'FAILED', 'CANCELED'))),
  CHECK ((cancelled_by IS NOT NULL) = (state IN ('CANCELING', 'CANCELED'))),
  CHECK (rewind_from IS NULL OR state = 'REWINDING'),
  CHECK (gone = 0 OR state IN ('ARRIVING', 'COMPLETE', 'FAILED', 'CANCELED'))
) STRICT;

-- What is next. Final runs are in none of these, unless their rows are being removed.
CREATE INDEX run_open ON run (seq)
  WHERE state NOT IN ('ARRIVING', 'COMPLETE', 'FAILED', 'CANCELED');
CREATE INDEX run_arriving ON run (seq) WHERE state = 'ARRIVING';
CREATE INDEX run_gone     ON run (seq) WHERE gone = 1;

-- Lists. Every index ends in seq, which is the order of a list.
CREATE INDEX run_owner       ON run (owner);
CREATE INDEX run_owner_state ON run (owner, state);
CREATE INDEX run_state       ON run (state);

-- Forgetting.
CREATE INDEX run_ended ON run (state, ended_at) WHERE ended_at IS NOT NULL;

-- What was submitted: never written again.
CREATE TABLE run_spec (
  run  INTEGER PRIMARY KEY REFERENCES run (seq),
  json TEXT NOT NULL
) STRICT;

CREATE TABLE run_external_id (
  face TEXT    NOT NULL,
  text TEXT    NOT NULL,
  run  INTEGER NOT NULL REFERENCES run (seq),
  PRIMARY KEY (face, text)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_external_id_run ON run_external_id (run);

CREATE TABLE run_node (
  run        INTEGER NOT NULL REFERENCES run (seq),
  place      INTEGER NOT NULL CHECK (place >= 0),
  key        TEXT    NOT NULL,
  generation INTEGER NOT NULL CHECK (generation >= 1),
  state      TEXT    NOT NULL CHECK (state IN ('WAITING', 'READY', 'ACTIVE', 'SPREAD', 'ENDED')),
  leading    INTEGER NOT NULL CHECK (leading >= 0),
  open       INTEGER NOT NULL CHECK (open >= 0), -- edges that enter it without a mark; of a spread one, items to end
  taken      INTEGER NOT NULL CHECK (taken >= 0),
  barred     INTEGER NOT NULL CHECK (barred >= 0),
  undecided  INTEGER NOT NULL CHECK (undecided >= 0),
  ending     TEXT CHECK (ending IN ('COMPLETED', 'FAILED', 'SKIPPED', 'BARRED')),
  task       TEXT,             -- the one that it became last, which is kept as long as this row
  cause      TEXT,
  parent     INTEGER,          -- of an item, the place of the node that was spread
  telling    INTEGER NOT NULL CHECK (telling IN (0, 1)),
  made       INTEGER NOT NULL CHECK (made >= 0), -- of a spread one, items that are nodes

  PRIMARY KEY (run, place),
  CHECK ((ending IS NOT NULL) = (state = 'ENDED')),
  CHECK (state <> 'WAITING' OR open > 0), -- else nothing would ever wake it
  CHECK (state <> 'ACTIVE' OR task IS NOT NULL),
  CHECK (telling = 0 OR state = 'ENDED'),
  CHECK (parent < place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX run_node_key ON run_node (run, key);

-- What is next, in the order of places. A node is in one of these as long as there is something to do for it.
CREATE INDEX run_node_ready     ON run_node (run, place) WHERE state = 'READY';
CREATE INDEX run_node_active    ON run_node (run, place) WHERE state = 'ACTIVE';
CREATE INDEX run_node_telling   ON run_node (run, place) WHERE telling = 1;
CREATE INDEX run_node_spreading ON run_node (run, place) WHERE state = 'SPREAD' AND made < open + taken + barred;

CREATE INDEX run_node_parent ON run_node (run, parent, place) WHERE parent IS NOT NULL;
CREATE INDEX run_node_task   ON run_node (task, run, place) WHERE task IS NOT NULL;

-- What a node is to do: large, and never written again.
CREATE TABLE run_plan (
  run   INTEGER NOT NULL REFERENCES run (seq),
  place INTEGER NOT NULL,
  json  TEXT    NOT NULL,
  PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_edge (
  run        INTEGER NOT NULL REFERENCES run (seq),
  from_place INTEGER NOT NULL CHECK (from_place >= 0),
  to_place   INTEGER NOT NULL CHECK (to_place >= 0 AND to_place <> from_place),
  condition  TEXT,
  leads      INTEGER NOT NULL CHECK (leads IN (0, 1)),
  mark       TEXT CHECK (mark IN ('TAKEN', 'NOT_TAKEN', 'PASSED', 'BARRED', 'UNDECIDED')),
  marked     INTEGER AS (mark IS NOT NULL),
  PRIMARY KEY (run, from_place, to_place)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_edge_unmarked ON run_edge (run, from_place, to_place) WHERE mark IS NULL;
CREATE INDEX run_edge_to ON run_edge (run, to_place, marked, from_place);

CREATE TABLE run_event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- the cursor of those who follow
  run      INTEGER NOT NULL REFERENCES run (seq),
  at       INTEGER NOT NULL,
  place    INTEGER,
  node     TEXT,               -- its key, here too: items are removed when they are made anew
  state    TEXT    NOT NULL,
  task     TEXT,
  detail   TEXT,
  CHECK ((place IS NULL) = (node IS NULL)),
  CHECK (task IS NULL OR node IS NOT NULL)
) STRICT;
CREATE INDEX run_event_run  ON run_event (run);
CREATE INDEX run_event_node ON run_event (run, place) WHERE place IS NOT NULL;
