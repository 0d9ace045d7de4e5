package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.store.sqlite.PageToken.Order;

final class PageTokenTest {

  @ParameterizedTest
  @EnumSource
  void it_reads_what_it_wrote(Order order) {
    var token = new PageToken(order, 1234567890123L);

    assertThat(PageToken.of(token.text())).isEqualTo(token);
    assertThat(token.text()).matches("[A-Za-z0-9_-]+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "None",
        "0",
        "after-7",
        "507f1f77bcf86cd799439011",
        "ä",
        "!!",
        "AAAAAAAAAAAAAAAAAA"
      })
  void what_others_wrote_is_refused(String foreign) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> PageToken.of(foreign))
        .satisfies(refusal ->
            assertThat(refusal.failure())
                .isInstanceOfSatisfying(
                    Failure.Invalid.class,
                    invalid -> assertThat(invalid.field()).isEqualTo("page_token")));
  }

  @Test
  void any_change_to_it_is_noticed() {
    byte[] place = Base64.getUrlDecoder().decode(new PageToken(Order.AGE, 77).text());
    for (int at = 0; at < place.length; at++) {
      byte[] changed = place.clone();
      changed[at] ^= 1;
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);

      assertThatExceptionOfType(Refusal.class).isThrownBy(() -> PageToken.of(text));
    }
  }
}
