package org.millrace.engine.staging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer.Entry;
import org.millrace.engine.staging.Transfer.TransferFailed;

/**
 * Brings the declared inputs into a task's folder, one file after another, in their order.
 * Thread-safe.
 *
 * <p>Contract: the content of a folder's URL lies directly below its path; inline content is stored
 * as UTF-8 ({@code contracts/tes.md 4.2, 7.3}).
 */
public final class StageIn {
  /** What stands in place of a URL for inline content. */
  public static final String INLINE = "inline";

  private final Transfers transfers;
  private final UrlSecrets secrets;
  private final int mostFiles;
  private final long leaveFree;

  /**
   * Stages with these transfers.
   *
   * @param mostFiles files that one folder may hold
   */
  public StageIn(Transfers transfers, UrlSecrets secrets, int mostFiles) {
    this(transfers, secrets, mostFiles, 0);
  }

  /**
   * Stages with these transfers.
   *
   * @param mostFiles files that one folder may hold
   * @param leaveFree bytes that staging leaves free on the disk of a task's folder
   */
  public StageIn(Transfers transfers, UrlSecrets secrets, int mostFiles, long leaveFree) {
    this.transfers = transfers;
    this.secrets = secrets;
    this.mostFiles = mostFiles;
    this.leaveFree = leaveFree;
  }

  /**
   * Brings all inputs in and tells what each file was.
   *
   * @throws AttemptFailed {@code InputFailed}, naming which input, its path, its masked URL and the
   *     reason; the folder is then left as far as it came
   */
  public List<StoredFile> bringIn(List<Input> inputs, TaskFolder folder, Progress progress)
      throws AttemptFailed, InterruptedException {
    var stored = new ArrayList<StoredFile>();
    for (int i = 0; i < inputs.size(); i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("inputs[" + i + "] was not brought in any more");
      }
      stored.addAll(new Arrival(i, inputs.get(i), folder, progress).files());
    }
    return stored;
  }

  /** One input on its way. */
  private final class Arrival {
    private final int index;
    private final Input input;
    private final TaskFolder folder;
    private final Progress progress;

    Arrival(int index, Input input, TaskFolder folder, Progress progress) {
      this.index = index;
      this.input = input;
      this.folder = folder;
      this.progress = progress;
    }

    List<StoredFile> files() throws AttemptFailed, InterruptedException {
      return switch (input.source()) {
        case Input.Content(String text) -> List.of(written(text));
        case Input.Location(String url) when input.type() == FileType.DIRECTORY ->
            folderBehind(opened(url));
        case Input.Location(String url) ->
            List.of(fetched(transferFor(url), opened(url), input.path()));
      };
    }

    private StoredFile written(String text) throws AttemptFailed {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      var target = new DigestingTarget(folder, input.path(), leaveFree);
      progress.file(label(input.path()), bytes.length);
      try (OutputStream out = target.open()) {
        out.write(bytes);
      } catch (IOException failed) {
        throw failed(notWritten(failed), Disk.isFull(failed, folder.root()));
      }
      progress.moved(bytes.length);
      return target.stored(INLINE);
    }

    private List<StoredFile> folderBehind(String url) throws AttemptFailed, InterruptedException {
      Transfer transfer = transferFor(url);
      makeFolder();
      var stored = new ArrayList<StoredFile>();
      for (Entry entry : entries(transfer, url)) {
        stored.add(fetched(transfer, entry.url(), input.path() + "/" + entry.path()));
      }
      return stored;
    }

    private void makeFolder() throws AttemptFailed {
      try {
        folder.makeFolder(input.path());
      } catch (IOException failed) {
        throw failed(notWritten(failed), Disk.isFull(failed, folder.root()));
      }
    }

    private List<Entry> entries(Transfer transfer, String url)
        throws AttemptFailed, InterruptedException {
      List<Entry> entries = listed(transfer, url);
      if (entries.size() > mostFiles) {
        throw failed(
            Cause.ofCaller(
                "input-too-many-files",
                "the folder holds more than " + mostFiles + " files",
                "pack them in an archive"),
            false);
      }
      for (Entry entry : entries) {
        if (entry.path().isEmpty() || entry.path().startsWith("/") || leadsUp(entry.path())) {
          String name = OneLine.of(entry.path());
          throw failed(
              Cause.ofCaller(
                  "input-bad-name", "the folder lists '" + name + "', no path below it", ""),
              false);
        }
      }
      return entries;
    }

    private List<Entry> listed(Transfer transfer, String url)
        throws AttemptFailed, InterruptedException {
      try {
        return transfer.list(url, mostFiles + 1);
      } catch (TransferFailed failed) {
        throw failed(failed.why(), failed.isPassing());
      }
    }

    private StoredFile fetched(Transfer transfer, String url, String path)
        throws AttemptFailed, InterruptedException {
      var target = new DigestingTarget(folder, path, leaveFree);
      try {
        transfer.fetch(url, target, new LabelledProgress(progress, label(path), -1));
      } catch (TransferFailed failed) {
        throw target.failure().isPresent()
            ? failed(
                notWritten(target.failure().get()),
                Disk.isFull(target.failure().get(), folder.root()))
            : failed(failed.why(), failed.isPassing());
      }
      return target.stored(UrlSecrets.masked(url));
    }

    private String opened(String url) throws AttemptFailed {
      try {
        return secrets.open(url);
      } catch (IllegalArgumentException unreadable) {
        throw failed(
            new Cause("credentials-unreadable", String.valueOf(unreadable.getMessage()), ""),
            false);
      }
    }

    private Transfer transferFor(String url) throws AttemptFailed {
      try {
        return transfers.speaking(url);
      } catch (TransferFailed unsupported) {
        throw failed(unsupported.why(), unsupported.isPassing());
      }
    }

    private Cause notWritten(IOException failed) {
      if (Disk.isFull(failed, folder.root())) {
        return Disk.full("while it was brought in");
      }
      String why = "it could not be written in the task's folder: " + Disk.reason(failed);
      return failed instanceof FileAlreadyExistsException || failed instanceof NotDirectoryException
          ? Cause.ofCaller("input-not-written", why, "another path of the task is in its way")
          : new Cause("input-not-written", why, "");
    }

    private AttemptFailed failed(Cause why, boolean passing) {
      String message = "inputs[" + index + "] " + label(input.path()) + ": " + why.message();
      return new AttemptFailed(new Outcome.InputFailed(why.saying(message), passing));
    }

    private String label(String path) {
      return switch (input.source()) {
        case Input.Content _ -> OneLine.of(path) + " (inline)";
        case Input.Location(String url) ->
            OneLine.of(path) + " from " + OneLine.of(UrlSecrets.masked(url));
      };
    }
  }

  private static boolean leadsUp(String path) {
    return Arrays.asList(path.split("/", -1)).contains("..");
  }
}
