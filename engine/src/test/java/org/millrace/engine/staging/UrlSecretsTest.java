package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Refusal;

final class UrlSecretsTest {
  private final UrlSecrets secrets = new UrlSecrets(new byte[32]);

  @ParameterizedTest
  @CsvSource({
    "ftp://user:pw@host:21/p, ftp://user:***@host:21/p",
    "s3://AKIA:ab/cd+e@h:9000/b/k, s3://AKIA:***@h:9000/b/k",
    "s3://AKIA:a?b#c@h/b, s3://AKIA:***@h/b",
    "https://u:p:q@h, https://u:***@h",
    "https://u:p@q@h/x, https://u:***@h/x",
    "https://u:%40@[::1]:80/x@y, https://u:***@[::1]:80/x@y",
    "https://:onlypassword@h/, https://:***@h/",
  })
  void masks_and_seals_passwords(String clear, String masked) {
    String sealed = secrets.seal(clear);

    assertThat(UrlSecrets.masked(clear)).isEqualTo(masked);
    assertThat(UrlSecrets.masked(sealed)).isEqualTo(masked);
    assertThat(sealed)
        .isNotEqualTo(clear)
        .startsWith(masked.substring(0, masked.indexOf("***")) + "sealed.");
    assertThat(secrets.open(sealed)).isEqualTo(clear);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/plain/path:with@signs",
        "http://host/x",
        "http://host:8080/mail@x:y",
        "http://[::1]:8080/a@b",
        "http://[::1/a@b",
        "ftp://anonymous@host/x",
        "sftp://user@host:22/x?y=z",
        "http://h/p?page=1&sort=name#top",
        "http://h/a;token=b/c?x=1",
        "http://h/p?token=&sig",
        "http://h/key=a/token=b",
        "http://user:@host/x",
        "http://host:/a@b",
        "http://",
        "mailto:a:b@c",
        "http://h/p?redirect=http://u@h2:80/",
        "http://h/p?redirect=http://h2:80/a@b",
        "://",
        "file:///a:b@c",
      })
  void leaves_alone_what_holds_no_password(String url) {
    assertThat(secrets.seal(url)).isEqualTo(url);
    assertThat(secrets.open(url)).isEqualTo(url);
    assertThat(UrlSecrets.masked(url)).isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource({
    "https://TOKEN@host/x, https://***@host/x",
    "http://token@host:80/x, http://***@host:80/x",
    "https://b.h/k?X-Amz-Date=1&X-Amz-Signature=ab%2F&x=1,"
        + " https://b.h/k?X-Amz-Date=1&X-Amz-Signature=***&x=1",
    "https://b.h/k?X-Amz-Security-Token=t#f, https://b.h/k?X-Amz-Security-Token=***#f",
    "https://a.h/c/b?sv=1&sig=a=b, https://a.h/c/b?sv=1&sig=***",
    "https://h/?access_token=a&api-key=b&page=2, https://h/?access_token=***&api-key=***&page=2",
    "http://h/p?page=1#access_token=x&state=1, http://h/p?page=1#access_token=***&state=1",
    "http://h/p?redirect=http://u:p@h2/, http://h/p?redirect=http://u:***@h2/",
    "http://h/p?r=http%3A%2F%2Fu%3Ap%40h2&x=1, http://h/p?r=http%3A%2F%2Fu%3A***%40h2&x=1",
    "http://h/p?token=http://u:p@h2/&x=1, http://h/p?token=***&x=1",
    "https://u:p@h/?key=k, https://u:***@h/?key=***",
    "s3://A:a?key=b@h/b, s3://A:***@h/b",
  })
  void masks_and_seals_tokens_and_signatures(String clear, String masked) {
    String sealed = secrets.seal(clear);

    assertThat(UrlSecrets.masked(clear)).isEqualTo(masked);
    assertThat(UrlSecrets.masked(sealed)).isEqualTo(masked);
    assertThat(sealed.replaceAll("sealed\\.[A-Za-z0-9_-]+", "***")).isEqualTo(masked);
    assertThat(secrets.open(sealed)).isEqualTo(clear);
  }

  @Test
  void opens_whatever_it_sealed() {
    var random = new Random(7);
    String signs = "ab:/@?#[]%.=&\u00e9\ud83d \n";
    for (int i = 0; i < 20_000; i++) {
      String parameter = random.nextBoolean() ? "?sig=" : "";
      String url =
          "x://"
              + text(random, signs, random.nextInt(14))
              + parameter
              + text(random, signs, random.nextInt(6));
      assertThat(secrets.open(secrets.seal(url))).isEqualTo(url);
      assertThat(secrets.open(secrets.open(secrets.seal(secrets.seal(url))))).isEqualTo(url);
    }
  }

  @Test
  void seals_the_same_password_differently_each_time() {
    assertThat(secrets.seal("ftp://u:p@h/")).isNotEqualTo(secrets.seal("ftp://u:p@h/"));
  }

  @Test
  void opens_nothing_of_another_key_or_that_was_altered() {
    String sealed = secrets.seal("ftp://u:password@h/");
    byte[] other = new byte[32];
    other[0] = 1;
    int middle = sealed.indexOf("@") - 5;
    String altered =
        sealed.substring(0, middle)
            + (sealed.charAt(middle) == 'A' ? 'B' : 'A')
            + sealed.substring(middle + 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UrlSecrets(other).open(sealed))
        .withMessageContaining("sealed under another key");
    assertThatIllegalArgumentException().isThrownBy(() -> secrets.open(altered));
    assertThatIllegalArgumentException().isThrownBy(() -> secrets.open("ftp://u:sealed.@h/"));
    assertThatIllegalArgumentException().isThrownBy(() -> secrets.open("ftp://u:sealed.*@h/"));
    assertThatIllegalArgumentException().isThrownBy(() -> new UrlSecrets(new byte[5]));
  }

  @Test
  void of_a_plan_is_sealed_what_is_written_out() {
    String url =
        "https://u:hunter22@${nodes.a.values.host}/x?sig=${item.sig}&token=hunter33&page=2";

    String sealed = secrets.sealPlan("url", url);

    assertThat(sealed)
        .doesNotContain("hunter")
        .contains("@${nodes.a.values.host}/x?sig=${item.sig}&token=sealed.", "&page=2");
    assertThat(secrets.open(sealed)).isEqualTo(url);
    assertThat(secrets.sealPlan("url", "${steps.a.body.url}?token=hunter22&page=2"))
        .startsWith("${steps.a.body.url}?token=sealed.")
        .endsWith("&page=2");
  }

  @Test
  void what_only_looks_sealed_in_a_plan_is_sealed_as_any_other_text() {
    String theirs = secrets.seal("http://h/?token=hunter22");

    String sealed = secrets.sealPlan("url", theirs + "&x=${item}");

    assertThat(secrets.open(sealed)).isEqualTo(theirs + "&x=${item}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h/?token=hunter22${item}",
        "http://h/?token=${item}hunter22",
        "http://u:hunter22${nodes.a.values.x}@h/",
        "http://h/?token=${nodes[\"hunter&22\"].values.x}",
      })
  void a_secret_of_a_plan_that_is_partly_a_reference_is_refused(String url) {
    assertThatThrownBy(() -> secrets.sealPlan("steps.a.url", url))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("steps.a.url: ")
        .hasMessageNotContaining("hunter");
  }

  @Test
  void a_plan_is_opened_as_it_was_written_or_was_refused() {
    var random = new Random(11);
    List<String> pieces =
        List.of(
            "a",
            "b",
            ":",
            "/",
            "@",
            "?",
            "#",
            "=",
            "&",
            "sig=",
            "token=",
            "://",
            "sealed.",
            "${item}",
            "${nodes.a.values.b}",
            "${steps.a.body}",
            "${HOME}",
            "%3A%2F%2F",
            "%40");
    int sealedOnes = 0;
    for (int i = 0; i < 20_000; i++) {
      String url =
          (random.nextBoolean() ? "x://" : "")
              + IntStream.range(0, random.nextInt(14))
                  .mapToObj(_ -> pieces.get(random.nextInt(pieces.size())))
                  .collect(Collectors.joining());
      try {
        String sealed = secrets.sealPlan("url", url);
        assertThat(secrets.open(sealed)).isEqualTo(url);
        sealedOnes += sealed.equals(url) ? 0 : 1;
      } catch (Refusal mixed) {
        assertThat(url).contains("${");
      }
    }
    assertThat(sealedOnes).isGreaterThan(500);
  }

  private static String text(Random random, String signs, int length) {
    return IntStream.range(0, length)
        .mapToObj(_ -> String.valueOf(signs.charAt(random.nextInt(signs.length()))))
        .collect(Collectors.joining());
  }
}
