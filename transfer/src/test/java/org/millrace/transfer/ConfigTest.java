package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ConfigTest {

  @Test
  void defaults_are_what_the_documents_say() {
    HttpConfig http = HttpConfig.DEFAULT;
    assertThat(http.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(http.readTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(http.slowest()).isEqualTo(16);
    assertThat(http.tries()).isEqualTo(5);
    assertThat(http.firstRetry()).isEqualTo(Duration.ofMillis(500));
    assertThat(http.longestRetry()).isEqualTo(Duration.ofSeconds(30));
    assertThat(http.longestRetryAfter()).isEqualTo(Duration.ofMinutes(2));
    assertThat(http.redirects()).isEqualTo(10);
    assertThat(http.putHosts()).isEmpty();
    assertThat(http.connections()).isEqualTo(256);
    assertThat(http.connectionsPerHost()).isEqualTo(32);
    assertThat(LocalConfig.DEFAULT.readRoots()).isEmpty();
    assertThat(LocalConfig.DEFAULT.writeRoots()).isEmpty();
    assertThat(DestinationConfig.DEFAULT)
        .isEqualTo(new DestinationConfig(true, List.of(), List.of()));
    assertThat(WebhookConfig.DEFAULT.secret()).isEmpty();
  }

  @Test
  void bad_values_are_refused_with_their_key() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpConfig.DEFAULT.withTries(0))
        .withMessageStartingWith("transfer.http.tries:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpConfig.DEFAULT.withTimeouts(Duration.ZERO, Duration.ofSeconds(1)))
        .withMessageStartingWith("transfer.http.connect-timeout:");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> HttpConfig.DEFAULT.withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(-1)))
        .withMessageStartingWith("transfer.http.read-timeout:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpConfig.DEFAULT.withSlowest(-1))
        .withMessageStartingWith("transfer.http.slowest:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpConfig.DEFAULT.withConnections(4, 5))
        .withMessageStartingWith("transfer.http.connections-per-host:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpConfig.DEFAULT.withPutHosts(Set.of("http://h/")))
        .withMessageStartingWith("transfer.http.put-hosts:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LocalConfig(List.of(Path.of("data")), List.of()))
        .withMessageStartingWith("transfer.local.read-roots:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LocalConfig(List.of(), List.of(Path.of("data"))))
        .withMessageStartingWith("transfer.local.write-roots:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WebhookConfig(Optional.of("short")))
        .withMessageStartingWith("webhooks.secret:")
        .withMessageNotContaining("'short'");
  }

  @Test
  void a_secret_is_not_shown() {
    assertThat(new WebhookConfig(Optional.of("0123456789abcdef")))
        .hasToString("WebhookConfig[secret=***]");
  }
}
