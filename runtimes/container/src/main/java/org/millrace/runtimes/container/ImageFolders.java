package org.millrace.runtimes.container;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Finds out in which folders an image has files of its own, by looking into a container of it that
 * is created and never started. What was found is remembered, since an image never changes; of a
 * folder that is missing nothing below needs to be asked. Thread-safe.
 */
final class ImageFolders {
  private static final int MOST_REMEMBERED = 20_000;
  private static final int MOST_LINKS = 16;

  private final DockerEngine engine;
  private final Labels labels;
  private final Map<Place, Found> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Place, Found> eldest) {
              return size() > MOST_REMEMBERED;
            }
          });

  ImageFolders(DockerEngine engine, Labels labels) {
    this.engine = engine;
    this.labels = labels;
  }

  private record Place(String image, String path) {}

  /** What is at a path. */
  private sealed interface Found {
    /** Nothing, or a folder with nothing in it. */
    record Nothing() implements Found {}

    /** A folder with something in it, or a file. */
    record Something() implements Found {}

    /** A link that leads there. */
    record Link(String target) implements Found {}
  }

  /** Those of the folders in which the image has files. */
  Set<String> occupied(Image image, Set<String> folders)
      throws EngineAway, EngineRefused, InterruptedException {
    var look = new Look(image);
    try {
      var occupied = new TreeSet<String>();
      for (String folder : folders) {
        if (look.isOccupied(folder)) {
          occupied.add(folder);
        }
      }
      return occupied;
    } catch (IOException cut) {
      throw new EngineAway("the look into image " + image.id() + " was cut: " + cut, cut);
    } finally {
      look.end();
    }
  }

  /** One look into one image; has a container only if something is not remembered. */
  private final class Look {
    private final Image image;
    private final String container = "millrace-look-" + UUID.randomUUID();
    private boolean created;

    Look(Image image) {
      this.image = image;
    }

    boolean isOccupied(String folder)
        throws EngineAway, EngineRefused, InterruptedException, IOException {
      String path = folder;
      int from = 1;
      for (int links = 0; links <= MOST_LINKS; ) {
        int end = path.indexOf('/', from);
        String prefix = end < 0 ? path : path.substring(0, end);
        switch (at(prefix)) {
          case Found.Nothing() -> {
            return false;
          }
          case Found.Something() when end < 0 -> {
            return true;
          }
          case Found.Something() -> from = end + 1;
          case Found.Link(String target) -> {
            links++;
            String rest = end < 0 ? "" : path.substring(end);
            String base = target.startsWith("/") ? "" : TaskPaths.above(prefix) + "/";
            path = TaskPaths.plain(base + target + rest);
            from = 1;
          }
        }
      }
      return true;
    }

    private Found at(String path)
        throws EngineAway, EngineRefused, InterruptedException, IOException {
      if (path.equals("/")) {
        return new Found.Something();
      }
      var place = new Place(image.id(), path);
      Found before = remembered.get(place);
      if (before != null) {
        return before;
      }
      Found found = look(path);
      remembered.put(place, found);
      return found;
    }

    private Found look(String path)
        throws EngineAway, EngineRefused, InterruptedException, IOException {
      if (!created) {
        created = true;
        engine.create(
            container,
            image.id(),
            form -> form.withLabels(labels.ofLook()).withCmd("none").withNetworkDisabled(true));
      }
      var archive = engine.archive(container, path);
      if (archive.isEmpty()) {
        return new Found.Nothing();
      }
      try (InputStream body = archive.get();
          var tar = new TarArchiveInputStream(body)) {
        return what(tar);
      }
    }

    private static Found what(TarArchiveInputStream tar) throws IOException {
      TarArchiveEntry first = tar.getNextEntry();
      if (first == null) {
        return new Found.Nothing();
      }
      if (first.isSymbolicLink()) {
        return new Found.Link(first.getLinkName());
      }
      return first.isDirectory() && tar.getNextEntry() == null
          ? new Found.Nothing()
          : new Found.Something();
    }

    void end() throws EngineAway, EngineRefused, InterruptedException {
      if (created) {
        engine.remove(container);
      }
    }
  }
}
