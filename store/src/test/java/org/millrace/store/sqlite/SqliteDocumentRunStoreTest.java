package org.millrace.store.sqlite;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.DocumentRunStoreContract;

final class SqliteDocumentRunStoreTest extends DocumentRunStoreContract {
  @TempDir Path folder;
  @AutoClose @Nullable SqliteStore store;

  @Override
  protected StorePorts open() {
    store = TestFolder.withTables(folder).open();
    return store.ports();
  }
}
