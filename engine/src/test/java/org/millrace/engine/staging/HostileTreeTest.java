package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Output;
import org.millrace.engine.attempt.Progress;

/**
 * Whatever a task leaves in its folder, and whatever paths it declares: nothing outside is read or
 * written.
 */
final class HostileTreeTest {
  private static final int TREES = Integer.getInteger("millrace.seeds", 200) / 4;
  private static final String SECRET = "the server's own secret";
  private static final String[] NAMES = {
    "a", "b", "out", "..", ".", "new\nline", "dev", "-rf", "'", "\u00e9"
  };

  @TempDir Path temp;

  @AfterEach
  void removes_links() throws IOException {
    Links.removeBelow(temp);
  }

  @Test
  void nothing_outside_is_ever_read_or_written() {
    Assertions.assertTimeoutPreemptively( // opening a pipe would wait for ever
        Duration.ofMinutes(2),
        () -> {
          for (int seed = 0; seed < TREES; seed++) {
            tryTree(seed);
          }
        });
  }

  private void tryTree(int seed) throws Exception {
    var random = new Random(seed);
    Path home = Files.createDirectory(temp.resolve("seed" + seed));
    Path outside = Files.createDirectory(home.resolve("outside"));
    Files.writeString(outside.resolve("secret"), SECRET);
    Files.createDirectory(outside.resolve("folder"));
    Path root = Files.createDirectory(home.resolve("root"));
    plant(random, root, outside);
    Map<String, String> before = snapshot(outside);

    var folder = new TaskFolder(root);
    var receiver = new FakeTransfer("", "http");
    List<String> read = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String path = path(random, outside);
      switch (random.nextInt(4)) {
        case 0 -> tryToWrite(folder, path);
        case 1 -> tryToList(folder, path, read);
        case 2 -> tryToMake(folder, path);
        default ->
            store(
                folder, receiver, path, random.nextBoolean() ? FileType.FILE : FileType.DIRECTORY);
      }
    }

    read.addAll(receiver.stored.values());
    assertThat(read).as("read under seed %s", seed).noneMatch(text -> text.contains(SECRET));
    assertThat(snapshot(outside)).as("outside under seed %s", seed).isEqualTo(before);
    assertThat(home.toFile().list())
        .as("beside the root under seed %s", seed)
        .containsOnly("outside", "root");
  }

  /** A tree of files, links of every kind, pipes and odd names. */
  private static void plant(Random random, Path root, Path outside)
      throws IOException, InterruptedException {
    List<Path> folders = new ArrayList<>(List.of(root));
    List<String> pipes = new ArrayList<>(List.of("mkfifo", "--"));
    for (int i = 0; i < 25; i++) {
      Path parent = folders.get(random.nextInt(folders.size()));
      Path place = parent.resolve(name(random) + (random.nextBoolean() ? "" : i));
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      switch (random.nextInt(8)) {
        case 0, 1 -> folders.add(Files.createDirectory(place));
        case 2 -> Files.writeString(place, "harmless");
        case 3 -> Files.createSymbolicLink(place, outside.resolve("secret"));
        case 4 -> Files.createSymbolicLink(place, outside);
        case 5 -> Files.createSymbolicLink(place, Path.of(path(random, outside)));
        case 6 ->
            Files.createSymbolicLink(
                place, Path.of("../".repeat(random.nextInt(6)) + "outside/secret"));
        default -> pipes.add(place.resolveSibling("pipe" + i).toString());
      }
    }
    if (pipes.size() > 2 && random.nextInt(4) == 0) { // a process takes longer than all the rest
      assertThat(new ProcessBuilder(pipes).start().waitFor()).isZero();
    }
  }

  private static String name(Random random) {
    String name = NAMES[random.nextInt(NAMES.length)];
    return name.startsWith(".") ? "dots" : name;
  }

  private static String path(Random random, Path outside) {
    if (random.nextInt(6) == 0) {
      return outside + (random.nextBoolean() ? "/secret" : "/folder/new");
    }
    var path = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
    }
    return path.append(random.nextInt(4) == 0 ? "/../../../outside/secret" : "").toString();
  }

  private static void tryToWrite(TaskFolder folder, String path) {
    try (OutputStream out = folder.create(path)) {
      out.write("written".getBytes(StandardCharsets.UTF_8));
    } catch (IOException refused) {
      assertThat(refused).isNotNull(); // refusing is as good
    }
  }

  private static void tryToMake(TaskFolder folder, String path) {
    try {
      assertThat(folder.makeFolder(path)).startsWith(folder.root());
    } catch (IOException refused) {
      assertThat(refused).isNotNull();
    }
  }

  private static void tryToList(TaskFolder folder, String path, List<String> read) {
    try {
      for (TaskFolder.Found found : folder.regularFiles(path, 1000).files()) {
        try (InputStream in = folder.open(found.place())) {
          read.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    } catch (IOException refused) {
      assertThat(refused).isNotNull();
    }
  }

  private static void store(TaskFolder folder, FakeTransfer receiver, String path, FileType type)
      throws InterruptedException {
    var secrets = new UrlSecrets(new byte[16]);
    var output =
        new Output(Optional.empty(), Optional.empty(), "/stored", path, Optional.empty(), type);
    new StageOut(new Transfers(List.of(receiver)), secrets, 1000)
        .storeAll(List.of(output), folder, true, Progress.NONE);
  }

  private static Map<String, String> snapshot(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        files.put(path.toString(), Files.isRegularFile(path) ? Files.readString(path) : "folder");
      }
    }
    return files;
  }
}
