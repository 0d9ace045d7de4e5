package org.millrace.store.sqlite;

import java.sql.SQLException;

/**
 * Very many tasks, for tests of what they cost others: copies, written past the ports, which would
 * take longer.
 */
final class Crowd {
  private Crowd() {}

  /** Copies a stored task so many times, with its spec and its tags; ids are numbered from 1. */
  static void copy(Session session, String id, int copies) throws SQLException {
    String columns =
        String.join(
            ", ",
            TestFolder.column(
                session,
                1,
                "SELECT name FROM pragma_table_info('task') WHERE name NOT IN ('seq', 'id')"));
    TestFolder.run(
        session,
        "BEGIN",
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
        INSERT INTO task (id, %s) SELECT '%s-' || i, %2$s FROM n CROSS JOIN task WHERE id = '%3$s'
        """
            .formatted(copies, columns, id),
        copyOf("spec", "task, json", "c.seq, o.json", id),
        copyOf("tag", "key, value, task", "o.key, o.value, c.seq", id),
        "COMMIT");
  }

  private static String copyOf(String table, String columns, String values, String id) {
    return """
    INSERT INTO %s (%s) SELECT %s FROM task t CROSS JOIN %1$s o ON o.task = t.seq CROSS JOIN task c
     WHERE t.id = '%s' AND c.id > '%4$s-' AND c.id < '%4$s.'
    """
        .formatted(table, columns, values, id);
  }
}
