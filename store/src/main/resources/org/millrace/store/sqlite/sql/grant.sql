-- Changes no state. SQLite has one writer, so nobody else can grant the same task meanwhile.
UPDATE task SET holder = :server, lease_no = lease_no + 1, ready = NULL, rank = NULL WHERE seq = :seq
