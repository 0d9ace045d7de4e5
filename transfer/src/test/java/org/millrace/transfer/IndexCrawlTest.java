package org.millrace.transfer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.transfer.Fixtures.CLOCK;
import static org.millrace.transfer.Fixtures.CONFIG;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.clients;
import static org.millrace.transfer.Fixtures.failure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.engine.staging.Transfer.Entry;
import org.millrace.engine.staging.Transfer.TransferFailed;

final class IndexCrawlTest {
  private final Map<String, String> pages = new HashMap<>();
  private final JettyPeer peer = new JettyPeer(this::serve);
  private final HttpClients clients = clients(CONFIG);
  private final HttpTransfer transfer =
      new HttpTransfer(clients, new Fixtures.NoSleep(), CLOCK, chance());

  @AfterEach
  void close() {
    clients.close();
    peer.close();
  }

  private void serve(Request request, Response response) {
    String page = pages.get(request.getHttpURI().getPath());
    if (page == null) {
      JettyPeer.answer(response, 404, "no");
    } else if (page.startsWith(">")) {
      JettyPeer.redirect(response, 301, page.substring(1));
    } else {
      JettyPeer.html(response, page);
    }
  }

  private List<String> paths(String folder) throws Exception {
    return transfer.list(peer.url(folder), 1000).stream().map(Entry::path).toList();
  }

  private static String links(String... references) {
    StringBuilder page = new StringBuilder("<html><body>");
    for (String reference : references) {
      page.append("<a href=\"").append(reference).append("\">x</a>");
    }
    return page.append("</body></html>").toString();
  }

  @Test
  void only_links_below_the_folder_count() throws Exception {
    pages.put(
        "/d/",
        links(
            "a.txt",
            "./b.txt",
            "/d/c.txt",
            peer.url("/d/d.txt"),
            "e%20f.txt",
            "#top",
            "",
            ".",
            "./",
            "/d/",
            "../",
            "..",
            "../outside.txt",
            "/outside.txt",
            "/dd/outside.txt",
            "http://other.example/d/outside.txt",
            "https://127.0.0.1:1/d/outside.txt",
            "//other.example/d/outside.txt",
            "?C=N;O=D",
            "/d/?C=M;O=A",
            "a.txt?raw=1",
            "mailto:me@example.org",
            "javascript:alert(1)",
            "ftp://127.0.0.1/d/outside.txt",
            "a.txt#part",
            "%2e%2e/outside.txt",
            "sub/../../outside.txt"));
    assertThat(paths("/d/")).containsExactly("a.txt", "b.txt", "c.txt", "d.txt", "e f.txt");
  }

  @Test
  void folders_are_followed_once() throws Exception {
    pages.put("/d/", links("a/", "b.txt", "a/", "/d/a/"));
    pages.put("/d/a/", links("../", "c.txt", "deep/", "../a/"));
    pages.put("/d/a/deep/", links("e.txt", "/d/", "/d/a/deep/", "/d/a/"));
    assertThat(paths("/d/")).containsExactly("a/c.txt", "a/deep/e.txt", "b.txt");
    assertThat(peer.asked).hasSize(3);
  }

  @Test
  void a_folder_without_its_slash_is_understood_with_and_without_a_redirect() throws Exception {
    pages.put("/d", links("a.txt", "d/b.txt", "/d/c.txt"));
    pages.put("/r", ">/r/");
    pages.put("/r/", links("a.txt"));
    assertThat(paths("/d")).containsExactly("a.txt", "b.txt", "c.txt");
    assertThat(paths("/r")).containsExactly("a.txt");
  }

  @Test
  void entries_keep_the_credentials_that_they_need() throws Exception {
    pages.put("/d/", links("a.txt"));
    String folder = peer.url("/d/").replace("://", "://me:mine@");
    assertThat(transfer.list(folder, 10)).containsExactly(new Entry("a.txt", folder + "a.txt"));
  }

  @Test
  void an_empty_folder_has_no_files() throws Exception {
    pages.put("/d/", "<html><body>empty</body></html>");
    assertThat(paths("/d/")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%2fb.txt", "..%2f..%2fetc%2fpasswd", "a%00b", "sub%2F/"})
  void a_name_that_would_be_a_path_fails_the_listing(String reference) {
    pages.put("/d/", links("fine.txt", reference));
    TransferFailed failed = failure(() -> paths("/d/"));
    assertThat(failed.why().code()).isEqualTo("input-refused");
    assertThat(failed.isPassing()).isFalse();
  }

  @Test
  void bounds_fail_the_listing_instead_of_cutting_it() throws Exception {
    pages.put("/d/", links("1", "2", "3"));
    assertThat(transfer.list(peer.url("/d/"), 3)).hasSize(3);
    assertThat(failure(() -> transfer.list(peer.url("/d/"), 2)).why().code())
        .isEqualTo("folder-too-large");
    pages.put("/long/", links("a".repeat(9 << 20)));
    TransferFailed tooLong = failure(() -> paths("/long/"));
    assertThat(tooLong.why().code()).isEqualTo("folder-too-large");
    assertThat(tooLong).hasMessageContaining("8388608 bytes");
  }

  @Test
  void a_server_that_has_ever_more_folders_is_left() {
    AtomicInteger asked = new AtomicInteger();
    try (JettyPeer endless =
        new JettyPeer((request, response) -> {
          asked.incrementAndGet();
          JettyPeer.html(response, links("deeper/"));
        })) {
      TransferFailed failed = failure(() -> transfer.list(endless.url("/d/"), 1000));
      assertThat(failed.why().code()).isEqualTo("folder-too-large");
      assertThat(asked).hasValueLessThan(40);
    }
    String[] many = IntStream.range(0, 10_001).mapToObj(i -> i + "/").toArray(String[]::new);
    pages.put("/wide/", links(many));
    assertThat(failure(() -> paths("/wide/")).why().code()).isEqualTo("folder-too-large");
  }

  @Test
  void a_folder_that_leads_outside_fails_the_listing() {
    pages.put("/d/", links("away/"));
    pages.put("/d/away/", ">/elsewhere/");
    pages.put("/elsewhere/", links("a.txt"));
    assertThat(failure(() -> paths("/d/")).why().code()).isEqualTo("redirect-refused");
  }

  @Test
  void a_folder_that_is_gone_fails_the_listing() {
    pages.put("/d/", links("a/"));
    TransferFailed failed = failure(() -> paths("/d/"));
    assertThat(failed.why().code()).isEqualTo("input-not-found");
    assertThat(failed).hasMessageContaining("/d/a/");
  }

  @Test
  void a_listing_in_json_is_a_listing() throws Exception {
    try (JettyPeer json =
        new JettyPeer((request, response) -> {
          String page =
              request.getHttpURI().getPath().equals("/d/")
                  ? "[{\"name\":\"a"
                        + " b:c?.txt\",\"type\":\"file\",\"size\":3},{\"name\":\"sub\",\"type\":\"directory\"}]"
                  : "[{\"name\":\"c.txt\",\"type\":\"file\"}]";
          JettyPeer.answer(response, 200, "application/json", page.getBytes(UTF_8));
        })) {
      assertThat(transfer.list(json.url("/d/"), 10))
          .containsExactly(
              new Entry("a b:c?.txt", json.url("/d/a%20b%3Ac%3F.txt")),
              new Entry("sub/c.txt", json.url("/d/sub/c.txt")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[1]", "[{\"name\":1}]", "\"text\"", "[", "", "null"})
  void other_json_lists_nothing(String page) {
    try (JettyPeer json =
        new JettyPeer((request, response) ->
            JettyPeer.answer(response, 200, "application/json", page.getBytes(UTF_8)))) {
      assertThat(failure(() -> transfer.list(json.url("/d/"), 10)).why().code())
          .isEqualTo("not-a-folder");
    }
  }

  @Test
  void a_file_is_no_folder() {
    try (JettyPeer file =
        new JettyPeer((request, response) -> JettyPeer.answer(response, 200, "text"))) {
      TransferFailed failed = failure(() -> transfer.list(file.url("/d/a.txt"), 10));
      assertThat(failed.why().code()).isEqualTo("not-a-folder");
      assertThat(failed.isPassing()).isFalse();
    }
  }

  @Test
  void a_page_is_read_in_its_own_charset() throws Exception {
    try (JettyPeer latin =
        new JettyPeer((request, response) ->
            JettyPeer.answer(
                response,
                200,
                "text/html; charset=iso-8859-1",
                links("é.txt").getBytes(ISO_8859_1)))) {
      assertThat(transfer.list(latin.url("/d/"), 10))
          .extracting(Entry::path)
          .containsExactly("é.txt");
    }
  }

  @Test
  void what_passes_is_asked_again() throws Exception {
    AtomicInteger number = new AtomicInteger();
    try (JettyPeer busy =
        new JettyPeer((request, response) -> {
          if (number.incrementAndGet() % 2 == 1) {
            JettyPeer.answer(response, 503, "busy");
          } else {
            JettyPeer.html(response, links("a.txt"));
          }
        })) {
      assertThat(transfer.list(busy.url("/d/"), 10)).hasSize(1);
    }
  }
}
