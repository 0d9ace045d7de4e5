-- Of a list of three words and more SQLite makes a table, for each row that it checks: a third of what saving a task took.
-- The same checks compare word by word now, and open tasks are told by their missing outcome. No row changes, so only the
-- words of the definition are replaced, as the manual of SQLite says (ALTER TABLE, section 7). That an index is dropped and
-- made raises the version of the schema, so that other connections read it anew.

DROP INDEX task_open;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
   SET sql = replace(replace(replace(sql,
         'CHECK (state IN (''WAITING'', ''QUEUED'', ''INITIALIZING'', ''RUNNING'', ''PAUSED'', ''COMPLETE'', ''EXECUTOR_ERROR'',
                   ''SYSTEM_ERROR'', ''CANCELING'', ''CANCELED'', ''PREEMPTED''))',
         'CHECK (state = ''WAITING'' OR state = ''QUEUED'' OR state = ''INITIALIZING'' OR state = ''RUNNING''
         OR state = ''PAUSED'' OR state = ''COMPLETE'' OR state = ''EXECUTOR_ERROR'' OR state = ''SYSTEM_ERROR''
         OR state = ''CANCELING'' OR state = ''CANCELED'' OR state = ''PREEMPTED'')'),
         '(state IN (''COMPLETE'', ''EXECUTOR_ERROR'', ''SYSTEM_ERROR'', ''CANCELED''))',
         '(state = ''COMPLETE'' OR state = ''EXECUTOR_ERROR'' OR state = ''SYSTEM_ERROR'' OR state = ''CANCELED'')'),
         '(state IN (''INITIALIZING'', ''RUNNING'', ''CANCELING''))',
         '(state = ''INITIALIZING'' OR state = ''RUNNING'' OR state = ''CANCELING'')')
 WHERE type = 'table' AND name = 'task';
PRAGMA writable_schema = RESET;

CREATE INDEX task_open ON task (state, lane, outcome) WHERE outcome IS NULL; -- the third, that it covers
