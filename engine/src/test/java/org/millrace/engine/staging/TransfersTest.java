package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.staging.Transfer.Direction;

final class TransfersTest {
  private final Transfers transfers =
      new Transfers(List.of(new FakeTransfer("http", "https"), new FakeTransfer("file", "")));

  @ParameterizedTest
  @ValueSource(strings = {"http://h/x", "HTTPS://h/x", "file:///x", "file:/x", "/x", "//x", "/x:y"})
  void takes_what_one_of_them_speaks(String url) {
    assertThatCode(() -> transfers.check("f", url, Direction.IN)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "gs://bucket/x, scheme 'gs' is not supported",
    "s3+x://u:secret@h/x, scheme 's3+x' is not supported",
    "relative/path, neither a URL nor an absolute path",
    "'', neither a URL nor an absolute path",
    "://x, neither a URL nor an absolute path",
  })
  void refuses_the_rest_and_names_the_supported(String url, String reason) {
    assertThatThrownBy(() -> transfers.check("inputs[3].url", url, Direction.IN))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "inputs[3].url: " + reason + "; supported are plain absolute paths, file, http, https");
  }

  @Test
  void asks_the_transfer_itself() {
    assertThatThrownBy(() -> transfers.check("outputs[0].url", "http://forbidden/x", Direction.OUT))
        .isInstanceOf(Refusal.class)
        .hasMessage("outputs[0].url: forbidden OUT");
  }

  @Test
  void says_so_when_plain_paths_are_not_spoken() {
    assertThatThrownBy(() -> new Transfers(List.of()).check("f", "/x", Direction.IN))
        .hasMessage("f: plain paths are not supported; supported are none");
  }

  @Test
  void refuses_two_of_the_same_scheme() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Transfers(List.of(new FakeTransfer("http"), new FakeTransfer("http"))))
        .withMessage("two transfers speak 'http'");
  }
}
