package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.HttpRequest;

/** Credentials of requests: sealed, opened, and taken out of what is shown. */
class RequestSecretsTest {
  private final RequestSecrets secrets = new RequestSecrets(new UrlSecrets(new byte[32]));

  private static HttpRequest request(String url, String... headers) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return new HttpRequest("GET", url, all, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization",
        "authorization",
        "Proxy-Authorization",
        "Cookie",
        "X-Api-Key",
        "x-apikey",
        "X-Auth-Token",
        "X-Amz-Security-Token",
        "X-Vault-Token",
        "Private-Token",
        "X-Client-Secret",
        "Ocp-Apim-Subscription-Key",
        "X-Functions-Key",
        "X-Auth-Key",
        "x_auth_user",
        "X-Auth",
        "Session",
        "X-Session-Id",
        "X-Password",
        "DB-Pwd"
      })
  void headers_that_are_named_like_credentials_are_sealed(String name) {
    HttpRequest clear = request("http://host/x", name, "Bearer hunter22");

    HttpRequest sealed = secrets.seal(clear);

    assertThat(sealed.toString()).doesNotContain("hunter22", "Bearer");
    assertThat(secrets.open(sealed)).isEqualTo(clear);
    assertThat(RequestSecrets.isSecret(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept",
        "Content-Type",
        "X-Request-Id",
        "Author",
        "Keep",
        "Idempotency-Key",
        "X-Idempotency-Key",
        "X-Keyboard",
        "Keys"
      })
  void others_stay_as_they_are(String name) {
    HttpRequest clear = request("http://host/x?page=2", name, "value");

    assertThat(secrets.seal(clear)).isEqualTo(clear);
    assertThat(secrets.open(clear)).isEqualTo(clear);
  }

  @Test
  void urls_are_sealed_as_everywhere() {
    HttpRequest clear = request("http://me:hunter22@host/x?token=abcdef&page=2");

    HttpRequest sealed = secrets.seal(clear);

    assertThat(sealed.url()).doesNotContain("hunter22", "abcdef").contains("page=2");
    assertThat(secrets.open(sealed)).isEqualTo(clear);
  }

  @Test
  void what_another_key_sealed_is_not_read() {
    HttpRequest sealed = secrets.seal(request("http://host/", "Cookie", "a=b"));

    assertThatThrownBy(() -> new RequestSecrets(new UrlSecrets(new byte[16])).open(sealed))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothing_of_them_is_left_in_what_a_service_says() {
    HttpRequest opened =
        request(
            "http://me:hunter22@host/?sig=abcdef", "Authorization", "Bearer tok3n", "A", "bbbb");

    assertThat(RequestSecrets.without(opened, "Bearer tok3n, tok3n, hunter22, abcdef, bbbb, me"))
        .isEqualTo("***, ***, ***, ***, bbbb, me");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer hunter22",
        "sealed.hunter22",
        "hunter22 ${HOME}",
        "sid=hunter22; other=${steps.login.body.id}",
        "Bearer ${steps.login.body.token}",
      })
  void of_a_plan_is_sealed_what_holds_no_reference_to_other_nodes(String value) {
    HttpRequest clear = request("http://h/${item}", "Cookie", value, "Accept", "${item}");

    HttpRequest sealed = secrets.sealPlan("steps.a", clear);

    assertThat(sealed.headers().get("Cookie")).startsWith("sealed.").doesNotContain("hunter");
    assertThat(sealed.headers()).containsEntry("Accept", "${item}");
    assertThat(secrets.open(sealed)).isEqualTo(clear);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${item.token}",
        "${index}",
        "Bearer ${nodes.login.values.token}",
        "bearer  ${item}",
        "Basic ${item}",
        "Token ${item}"
      })
  void what_is_all_a_reference_stays_one(String value) {
    HttpRequest clear = request("http://h/", "Authorization", value);

    assertThat(secrets.sealPlan("steps.a", clear)).isEqualTo(clear);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer s3cr3t${item}",
        "Bearer ${item}s3cr3t",
        "s3cr3t ${item}",
        "${item}${index}",
        "Bearer ${item} "
      })
  void what_is_partly_a_reference_is_refused(String value) {
    assertThatThrownBy(
            () -> secrets.sealPlan("steps.a", request("http://h/", "Authorization", value)))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("steps.a.headers.Authorization: ")
        .hasMessageNotContaining("s3cr3t");
  }
}
