package org.millrace.engine.staging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer.TransferFailed;

/**
 * Stores the declared outputs out of a task's folder, one file after another. What one output lacks
 * keeps no other from being stored. Thread-safe.
 *
 * <p>Contract: a folder's files go one by one, recursively, to its URL and their relative path;
 * what a successful task declared and did not make is a failure of ours, what a failed one did not
 * get to is a remark ({@code contracts/tes.md 7.1, 7.3}). A path with wildcards stands for whatever
 * matches, be it files or folders, and that nothing does is a remark always. Links out of the
 * task's tree are never followed.
 */
public final class StageOut {
  private final Transfers transfers;
  private final UrlSecrets secrets;
  private final int mostFiles;

  /**
   * Stages with these transfers.
   *
   * @param mostFiles files that one folder may hold
   */
  public StageOut(Transfers transfers, UrlSecrets secrets, int mostFiles) {
    this.transfers = transfers;
    this.secrets = secrets;
    this.mostFiles = mostFiles;
  }

  /**
   * What was stored.
   *
   * @param files one for each file, in the order of the outputs
   * @param problem the first reason why not everything is there that should be
   * @param notes lines for people: what was missing or left out
   */
  public record Stored(List<StoredFile> files, Optional<Cause> problem, List<String> notes) {
    public Stored {
      files = List.copyOf(files);
      notes = List.copyOf(notes);
    }
  }

  /**
   * Stores what is there.
   *
   * @param succeeded whether every executor ended acceptably, so that all declared outputs must be
   *     there
   */
  public Stored storeAll(
      List<Output> outputs, TaskFolder folder, boolean succeeded, Progress progress)
      throws InterruptedException {
    var departures = new Departures(folder, succeeded, progress);
    for (int i = 0; i < outputs.size(); i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("outputs[" + i + "] was not stored any more");
      }
      departures.store(i, outputs.get(i));
    }
    return departures.stored();
  }

  /**
   * A file that goes out: where it lies, what the task calls it, what its receiver calls it, and
   * where to.
   */
  private record Departure(Path place, String path, String name, String url) {}

  private final class Departures {
    private final TaskFolder folder;
    private final boolean succeeded;
    private final Progress progress;
    private final List<StoredFile> files = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable Cause problem;

    Departures(TaskFolder folder, boolean succeeded, Progress progress) {
      this.folder = folder;
      this.succeeded = succeeded;
      this.progress = progress;
    }

    Stored stored() {
      return new Stored(files, Optional.ofNullable(problem), notes);
    }

    void store(int index, Output output) throws InterruptedException {
      String number = "outputs[" + index + "] ";
      String what = number + OneLine.of(output.path());
      try {
        String url = secrets.open(output.url());
        Transfer transfer = transfers.speaking(url);
        for (Departure departure : found(what, output, transfer, url)) {
          store(number, departure, transfer);
        }
      } catch (NoSuchFileException missing) {
        lacks(
            what,
            Cause.ofCaller(
                "output-missing", "was not there in the end", "see what the executors did to it"));
      } catch (NotDirectoryException file) {
        lacks(
            what,
            Cause.ofCaller(
                "output-no-folder", "is a file, and declared as DIRECTORY", "declare it as FILE"));
      } catch (IOException failed) {
        lacks(
            what, new Cause("output-unreadable", "could not be read: " + Disk.reason(failed), ""));
      } catch (IllegalArgumentException unreadable) {
        problem(
            what, new Cause("credentials-unreadable", String.valueOf(unreadable.getMessage()), ""));
      } catch (TransferFailed unsupported) {
        problem(what, unsupported.why());
      }
    }

    /** The files an output stands for. */
    private List<Departure> found(String what, Output output, Transfer transfer, String url)
        throws IOException {
      if (Wildcards.areIn(output)) {
        return matches(what, output, transfer, url);
      }
      return output.type() == FileType.DIRECTORY
          ? filesBelow(what, output, transfer, url)
          : oneFile(what, output, url);
    }

    private List<Departure> oneFile(String what, Output output, String url) throws IOException {
      Path place = folder.place(output.path());
      if (TaskFolder.isRegular(place)) {
        return List.of(new Departure(place, output.path(), baseName(output.path()), url));
      }
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(output.path());
      }
      boolean directory = Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
      lacks(
          what,
          directory
              ? Cause.ofCaller(
                  "output-no-file", "is a folder, and declared as FILE", "declare it as DIRECTORY")
              : Cause.ofCaller("output-no-file", "is neither a file nor a folder", ""));
      return List.of();
    }

    private List<Departure> filesBelow(String what, Output output, Transfer transfer, String url)
        throws IOException {
      TaskFolder.Listing listing = folder.regularFiles(output.path(), mostFiles);
      listing.leftOut().forEach(line -> notes.add(what + " not stored: " + line));
      if (listing.files().isEmpty()) {
        notes.add(what + " is empty: nothing stored");
      }
      String declared = output.path().endsWith("/") ? output.path() : output.path() + "/";
      return listing.files().stream()
          .map(file ->
              new Departure(
                  file.place(),
                  declared + file.path(),
                  file.path(),
                  transfer.below(url, file.path())))
          .toList();
    }

    /** Whatever matches, files and all files of folders; that nothing does is no failure. */
    private List<Departure> matches(String what, Output output, Transfer transfer, String url)
        throws IOException {
      var departures = new ArrayList<Departure>();
      for (TaskFolder.Found match : folder.matching(output.path(), mostFiles)) {
        String rest = Wildcards.rest(output, match.path());
        if (Files.isDirectory(match.place(), LinkOption.NOFOLLOW_LINKS)) {
          TaskFolder.Listing listing =
              folder.regularFilesAt(match.place(), mostFiles - departures.size());
          listing.leftOut().forEach(line -> notes.add(what + " not stored: " + line));
          for (TaskFolder.Found file : listing.files()) {
            String name = rest.isEmpty() ? file.path() : rest + "/" + file.path();
            departures.add(
                departure(file.place(), match.path() + "/" + file.path(), name, transfer, url));
          }
        } else if (TaskFolder.isRegular(match.place())) {
          String name = rest.isEmpty() ? baseName(match.path()) : rest;
          departures.add(departure(match.place(), match.path(), name, transfer, url));
        } else {
          notes.add(
              what
                  + " not stored: "
                  + OneLine.of(match.path())
                  + " is no file or folder of the task's own");
        }
        if (departures.size() > mostFiles) {
          throw new IOException("more than " + mostFiles + " files");
        }
      }
      if (departures.isEmpty()) {
        notes.add(what + " matches no file: nothing stored");
      }
      return departures;
    }

    private static Departure departure(
        Path place, String path, String name, Transfer transfer, String url) {
      return new Departure(place, path, name, transfer.below(url, name));
    }

    private void store(String number, Departure departure, Transfer transfer)
        throws InterruptedException {
      String url = UrlSecrets.masked(departure.url());
      String label = OneLine.of(departure.path()) + " to " + OneLine.of(url);
      try {
        var source = new DigestingSource(folder, departure.place(), departure.name());
        transfer.store(
            source, departure.url(), new LabelledProgress(progress, label, source.size()));
        files.add(source.stored(url, departure.path()));
      } catch (TransferFailed failed) {
        problem(number + label + ":", failed.why());
      } catch (IOException failed) {
        problem(number + label + ":", new Cause("output-unreadable", Disk.reason(failed), ""));
      }
    }

    /** Something declared is not as declared: what was to be expected of a task that failed. */
    private void lacks(String what, Cause why) {
      if (succeeded) {
        problem(what, why);
      } else {
        notes.add(what + " " + why);
      }
    }

    private void problem(String what, Cause why) {
      Cause named = why.saying(what + " " + why.message());
      if (problem == null) {
        problem = named;
      } else {
        notes.add(named.toString());
      }
    }
  }

  private static String baseName(String path) {
    Path name = Path.of(path).getFileName();
    return name == null ? path : name.toString();
  }
}
