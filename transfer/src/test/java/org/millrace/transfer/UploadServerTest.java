package org.millrace.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.transfer.Fixtures.CLOCK;
import static org.millrace.transfer.Fixtures.CONFIG;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.clients;
import static org.millrace.transfer.Fixtures.failure;
import static org.millrace.transfer.Fixtures.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer.Entry;
import org.millrace.engine.staging.Transfer.TransferFailed;

/** Against a server that behaves as the original's upload server (tes.md 10.9). */
final class UploadServerTest {
  private final HttpClients clients = clients(CONFIG);
  private final HttpTransfer transfer =
      new HttpTransfer(clients, new Fixtures.NoSleep(), CLOCK, chance());
  @TempDir Path root;
  private JettyPeer server;

  @BeforeEach
  void start() {
    server = new JettyPeer(this::serve);
  }

  @AfterEach
  void stop() {
    clients.close();
    server.close();
  }

  private void serve(Request request, Response response) throws Exception {
    if (request.getMethod().equals("POST")) {
      upload(request, response);
    } else {
      browse(java.net.URI.create(request.getHttpURI().getPath()).getPath(), response);
    }
  }

  private void upload(Request request, Response response) throws Exception {
    assertThat(request.getLength()).as("Content-Length").isPositive();
    String type = request.getHeaders().get("Content-Type");
    MultiPartConfig config =
        new MultiPartConfig.Builder().maxMemoryPartSize(1 << 20).maxSize(-1).build();
    try (MultiPartFormData.Parts parts =
        MultiPartFormData.getParts(request, request, type, config)) {
      MultiPart.Part file = parts.getFirst("file");
      if (!request.getHttpURI().getPath().equals("/upload") || parts.size() != 1 || file == null) {
        JettyPeer.answer(
            response, 400, "application/json", "{\"error\": \"No file part\"}".getBytes(UTF_8));
        return;
      }
      Path saved = root.resolve("uploaded_data").resolve(file.getFileName());
      Files.createDirectories(saved.getParent());
      Files.writeString(saved, file.getContentAsString(UTF_8));
      JettyPeer.answer(response, 200, "application/json", "{\"status\": \"ok\"}".getBytes(UTF_8));
    }
  }

  /** As the original: absolute links in single quotes, names as they are, folders with a slash. */
  private void browse(String url, Response response) throws IOException {
    String subpath = url.substring(1);
    Path path = root.resolve(subpath);
    if (Files.isDirectory(path)) {
      StringBuilder page = new StringBuilder("<html><body>");
      try (Stream<Path> items = Files.list(path)) {
        for (Path item : items.toList()) {
          String link = (subpath.endsWith("/") ? subpath : subpath + "/") + item.getFileName();
          page.append("<a href='/").append(link).append(Files.isDirectory(item) ? "/" : "");
          page.append("'>").append(item.getFileName()).append("</a><br>\n");
        }
      }
      JettyPeer.html(response, page + "</body></html>");
    } else if (Files.exists(path)) {
      JettyPeer.answer(response, 200, Files.readString(path));
    } else {
      JettyPeer.answer(response, 404, "not found");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "env_test_1",
        "a/b/c.txt",
        "name with blanks.txt",
        "ünï.txt",
        "a;b=c.txt",
        "100%.txt",
        "a'b.txt"
      })
  void a_file_arrives_under_its_name_with_its_content(String name) throws Exception {
    Fixtures.Heard heard = new Fixtures.Heard();
    transfer.store(source(name, "first test value\n"), server.url("/upload"), heard);
    assertThat(root.resolve("uploaded_data").resolve(name)).hasContent("first test value\n");
    assertThat(heard.files).containsExactly(server.url("/upload") + " 17");
    assertThat(heard.moved).isEqualTo(17);
  }

  @Test
  void a_quote_or_line_break_in_a_name_cannot_leave_the_header() throws Exception {
    transfer.store(source("a\"b\r\nX: y.txt", "text"), server.url("/upload"), Progress.NONE);
    try (Stream<Path> saved = Files.list(root.resolve("uploaded_data"))) {
      assertThat(saved.map(path -> path.getFileName().toString()))
          .singleElement()
          .asString()
          .doesNotContain("\"", "\r", "\n");
    }
  }

  @Test
  void an_empty_file_arrives() throws Exception {
    transfer.store(source("empty", ""), server.url("/upload"), Progress.NONE);
    assertThat(root.resolve("uploaded_data/empty")).isEmptyFile();
  }

  @Test
  void every_file_of_a_folder_goes_to_the_folders_url() throws Exception {
    String url = transfer.below(server.url("/upload"), "sub/b.txt");
    transfer.store(source("sub/b.txt", "text"), url, Progress.NONE);
    assertThat(root.resolve("uploaded_data/sub/b.txt")).hasContent("text");
  }

  @Test
  void what_the_server_does_not_take_is_refused() {
    TransferFailed failed =
        failure(() -> transfer.store(source("f", "x"), server.url("/elsewhere"), Progress.NONE));
    assertThat(failed.why().code()).isEqualTo("output-refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/test_data", "/test_data/"})
  void a_folder_is_listed_and_its_files_fetched(String folder) throws Exception {
    for (String name : List.of("a.txt", "b c.txt", "sub/d.txt", "sub/deep/é.txt", "100%.txt")) {
      Path file = root.resolve("test_data").resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "content of " + name);
    }
    Files.writeString(root.resolve("outside.txt"), "outside");
    List<Entry> entries = transfer.list(server.url(folder), 100);
    assertThat(entries)
        .extracting(Entry::path)
        .containsExactly("100%.txt", "a.txt", "b c.txt", "sub/d.txt", "sub/deep/é.txt");
    for (Entry entry : entries) {
      Fixtures.Kept kept = new Fixtures.Kept();
      transfer.fetch(entry.url(), kept, Progress.NONE);
      assertThat(kept.text()).isEqualTo("content of " + entry.path());
    }
  }
}
