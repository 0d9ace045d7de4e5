package org.millrace.transfer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer.Entry;
import org.millrace.transfer.HttpPeer.Ask;

/**
 * Finds the files below a folder by reading index pages, as nginx, Apache, Python's {@code
 * http.server} and the original's upload server (tes.md 10.9) make them.
 *
 * <h2>Contract</h2>
 *
 * <ul>
 *   <li>A link counts if it leads below the folder's own URL (after redirects) on the same server.
 *       Absolute and relative links count alike. Links with a query (sorting), to the folder itself
 *       and to its parents are left out.
 *   <li>A link that ends in {@code /} is a folder; every other one is a file.
 *   <li>A name that would be a path of its own once decoded ({@code %2F}) fails the listing.
 *   <li>Bounded: files as asked for, {@value #FOLDERS} folders, {@value #DEPTH} levels, {@value
 *       #PAGE} bytes a page. Above a bound the listing fails; it is never cut short without a word.
 * </ul>
 */
final class IndexCrawl {
  private static final int FOLDERS = 10_000;
  private static final int DEPTH = 32;
  private static final int PAGE = 8 << 20;
  private final HttpPeer peer;
  private final Retry retry;
  private final HttpUrl folder;
  private final int most;
  private final Meter meter = new Meter(Progress.NONE);
  private final Map<String, String> files = new TreeMap<>();
  private final Set<String> seen = new HashSet<>();
  private final Deque<HttpUrl> waiting = new ArrayDeque<>();

  IndexCrawl(HttpPeer peer, Retry retry, HttpUrl folder, int most) {
    this.peer = peer;
    this.retry = retry;
    this.folder = folder;
    this.most = most;
  }

  /** In the order of their paths. */
  List<Entry> files() throws Fault, InterruptedException {
    Page first = page(folder);
    HttpUrl root = first.at().asFolder();
    collect(root, first);
    while (!waiting.isEmpty()) {
      HttpUrl next = waiting.removeFirst();
      Page page = page(next);
      if (pathBelow(root, page.at()).isEmpty()) {
        throw Fault.forGood(
            "redirect-refused",
            "GET " + next.masked() + ": a folder of the listing leads outside of it",
            "");
      }
      collect(root, page);
    }
    List<Entry> entries = new ArrayList<>();
    files.forEach((path, url) -> entries.add(new Entry(path, url)));
    return entries;
  }

  /** What a folder's URL answered. */
  private record Page(HttpUrl at, List<String> references) {}

  private Page page(HttpUrl url) throws Fault, InterruptedException {
    return retry.run(() -> peer.ask(Ask.get(url), meter, this::read));
  }

  private Page read(ClassicHttpResponse response, HttpUrl at) throws IOException, Fault {
    if (response.getCode() != 200) {
      throw peer.unexpected(Ask.get(at), at, response.getCode());
    }
    Header type = response.getFirstHeader(HttpHeaders.CONTENT_TYPE);
    String contentType = type == null ? "" : type.getValue();
    Optional<List<String>> references =
        IndexPage.references(contentType, content(response.getEntity(), at));
    if (references.isEmpty()) {
      throw Fault.forGood(
          "not-a-folder",
          "GET " + at.masked() + ": the answer is no page that lists files",
          "a folder needs a server that lists it; otherwise name each file");
    }
    return new Page(at, references.get());
  }

  private byte[] content(HttpEntity entity, HttpUrl at) throws IOException, Fault {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    InputStream content = entity.getContent();
    byte[] buffer = new byte[16_384];
    int read;
    while ((read = content.read(buffer)) >= 0) {
      meter.moved(read);
      page.write(buffer, 0, read);
      if (page.size() > PAGE) {
        throw tooLarge(at, "its index page is longer than " + PAGE + " bytes");
      }
    }
    return page.toByteArray();
  }

  private void collect(HttpUrl root, Page page) throws Fault {
    for (String reference : page.references()) {
      Optional<HttpUrl> link = link(root, page.at(), reference);
      if (link.isPresent()) {
        take(root, link.get());
      }
    }
  }

  private void take(HttpUrl root, HttpUrl link) throws Fault {
    List<String> names = pathBelow(root, link).orElseThrow();
    if (names.stream().anyMatch(name -> name.indexOf('/') >= 0 || name.indexOf('\0') >= 0)) {
      throw Fault.forGood(
          "input-refused",
          root.masked() + ": the listing names a file with a slash in its name",
          "");
    }
    String path = String.join("/", names);
    if (!link.path().endsWith("/")) {
      files.putIfAbsent(path, link.withUser(root.user()).text());
      if (files.size() > most) {
        throw tooLarge(root, "it holds more than " + most + " files");
      }
    } else if (seen.add(path)) {
      waiting.addLast(link.withUser(root.user()));
      if (names.size() > DEPTH || seen.size() > FOLDERS) {
        throw tooLarge(
            root,
            "it is deeper than " + DEPTH + " levels or holds more than " + FOLDERS + " folders");
      }
    }
  }

  /**
   * Where a reference leads, if that is below the folder. A page whose URL lacks its last slash is
   * tried both ways: its links may mean either.
   */
  private static Optional<HttpUrl> link(HttpUrl root, HttpUrl page, String reference) {
    if (reference.indexOf('?') >= 0) {
      return Optional.empty();
    }
    return resolved(page, reference)
        .filter(url -> pathBelow(root, url).isPresent())
        .or(() ->
            resolved(page.asFolder(), reference).filter(url -> pathBelow(root, url).isPresent()));
  }

  private static Optional<HttpUrl> resolved(HttpUrl page, String reference) {
    try {
      return Optional.of(page.resolve(reference)).filter(url -> url.query().isEmpty());
    } catch (HttpUrl.Malformed _) {
      return Optional.empty(); // mailto: and the like
    }
  }

  /** The names between a folder and what is below it; empty if it is not. */
  private static Optional<List<String>> pathBelow(HttpUrl folder, HttpUrl url) {
    List<String> above = folder.segments();
    List<String> all = url.segments();
    boolean below =
        folder.trusts(url)
            && all.size() > above.size()
            && all.subList(0, above.size()).equals(above);
    return below ? Optional.of(all.subList(above.size(), all.size())) : Optional.empty();
  }

  private static Fault tooLarge(HttpUrl at, String why) {
    return Fault.forGood("folder-too-large", at.masked() + ": " + why, "");
  }
}
