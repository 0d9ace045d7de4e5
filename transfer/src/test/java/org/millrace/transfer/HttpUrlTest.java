package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://h/a                       | http://h/a
          HTTP://H.Example:80/a            | http://h.example/a
          https://h:443                    | https://h/
          http://h:8080?x=1                | http://h:8080/?x=1
          http://h/a#part                  | http://h/a
          http://my_host/a                 | http://my_host/a
          http://[::1]:81/a                | http://[::1]:81/a
          http://h/a b/[c]{d}!e"f          | http://h/a%20b/%5Bc%5D%7Bd%7D!e%22f
          http://h/ü                       | http://h/%C3%BC
          http://h/a%20b%2Fc               | http://h/a%20b%2Fc
          http://h/100%                    | http://h/100%25
          http://h/a?x=[1]&y=^b ü          | http://h/a?x=%5B1%5D&y=%5Eb%20%C3%BC
          http://h/a/./b/../c              | http://h/a/c
          http://h/a/%2e%2e/c              | http://h/c
          http://h/../../c                 | http://h/c
          http://h/a/..                    | http://h/
          http://h//a//b/                  | http://h//a//b/
          http://bücher.example/a          | http://xn--bcher-kva.example/a
          http://u@h/a                     | http://u:@h/a
          http://u:p%40:w@h/a              | http://u:p%40%3Aw@h/a
          http://h:/a                      | http://h/a
          """)
  void what_people_write_becomes_a_url(String written, String url) throws Exception {
    assertThat(HttpUrl.parse(written).text()).isEqualTo(url);
    assertThat(HttpUrl.parse(url).text()).as("stays what it is").isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ftp://h/a              | must start with http:// or https://
          /a                     | must start with http:// or https://
          http:/h/a              | must start with http:// or https://
          http:///a              | names no host
          http://:80/a           | names no host
          http://u:secret@/a     | names no host
          http://:secret@h/a     | no user
          http://@h/a            | no user
          http://h:x/a           | port
          http://h:0/a           | port
          http://h:70000/a       | port
          http://u:pw/x@h/a      | port
          http://h h/a           | malformed host name
          http://a..b/           | malformed host name
          http://h%41/           | malformed host name
          http://[::1/a          | port
          http://[zz]/a          | malformed IPv6
          http://[fe80::1%25x]/  | malformed IPv6
          http://::1/a           | port
          """)
  void what_is_no_url_is_refused_with_a_reason_that_holds_no_secret(String written, String reason) {
    assertThatExceptionOfType(HttpUrl.Malformed.class)
        .isThrownBy(() -> HttpUrl.parse(written))
        .satisfies(malformed ->
            assertThat(malformed.reason()).contains(reason).doesNotContain("secret", "pw"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://h/a\r\nX: y", "http://h\0/", "http://u:p\n@h/", "http://u:p%0d%0a@h/"})
  void control_characters_are_refused(String written) {
    assertThatExceptionOfType(HttpUrl.Malformed.class).isThrownBy(() -> HttpUrl.parse(written));
  }

  @Test
  void an_endless_url_is_refused() {
    assertThatExceptionOfType(HttpUrl.Malformed.class)
        .isThrownBy(() -> HttpUrl.parse("http://h/" + "a".repeat(40_000)))
        .withMessageContaining("32768");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          b                 | http://h:81/x/b
          ./b/              | http://h:81/x/b/
          ../b              | http://h:81/b
          /b                | http://h:81/b
          //other/b         | http://other/b
          ?q=1              | http://h:81/x/y?q=1
          #top              | http://h:81/x/y?k=1
          ''                | http://h:81/x/y?k=1
          https://h/b?c#d   | https://h/b?c
          b:c/d             |
          a/b:c             | http://h:81/x/a/b:c
          mailto:a@b        |
          http://v:w@h:81/b | http://h:81/b
          """)
  void references_resolve_and_leave_credentials_behind(String reference, String url)
      throws Exception {
    HttpUrl page = HttpUrl.parse("http://u:p@h:81/x/y?k=1");
    if (url == null) {
      assertThatExceptionOfType(HttpUrl.Malformed.class).isThrownBy(() -> page.resolve(reference));
    } else {
      assertThat(page.resolve(reference).text()).isEqualTo(url);
    }
  }

  @Test
  void nothing_shown_holds_a_password_or_a_query() throws Exception {
    HttpUrl url = HttpUrl.parse("https://me:secret@h/a?X-Signature=secret");
    assertThat(url.masked()).isEqualTo("https://***@h/a?***");
    assertThat(url).hasToString("https://***@h/a?***");
    assertThat(url.user().orElseThrow()).hasToString("***");
  }

  @ParameterizedTest
  @CsvSource({
    "http://h/a, http://h/b, true",
    "http://h/a, https://h/b, true",
    "http://h:80/a, https://h:443/b, true",
    "https://h/a, http://h/b, false",
    "http://h:81/a, https://h/b, false",
    "http://h/a, http://h:81/b, false",
    "http://h/a, http://g/b, false",
    "http://h/a, http://h.evil/b, false"
  })
  void credentials_are_for_the_same_server_or_its_tls_twin(String from, String to, boolean trusted)
      throws Exception {
    assertThat(HttpUrl.parse(from).trusts(HttpUrl.parse(to))).isEqualTo(trusted);
  }

  @Test
  void a_path_below_a_folder_is_encoded_and_keeps_the_query() throws Exception {
    assertThat(HttpUrl.parse("http://u:p@h/d?key=1").below("a b/c#1%.txt").text())
        .isEqualTo("http://u:p@h/d/a%20b/c%231%25.txt?key=1");
  }

  @Test
  void names_that_are_not_utf8_stay_distinct() throws Exception {
    assertThat(HttpUrl.parse("http://h/%e9/%ea").segments()).containsExactly("é", "ê");
  }
}
