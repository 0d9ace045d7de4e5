-- Moves the log into the database as far as no reader needs it, so that it can begin anew.
PRAGMA wal_checkpoint(PASSIVE)
