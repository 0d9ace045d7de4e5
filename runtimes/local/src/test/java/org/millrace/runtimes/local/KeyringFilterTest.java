package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program, run as the kernel would. */
final class KeyringFilterTest {
  private static final String ALLOWED = "7fff0000";
  private static final String NO_SUCH_CALL = "50026";
  private static final String KILLED = "80000000";

  @ParameterizedTest
  @CsvSource({
    "amd64, c000003e, 248, " + NO_SUCH_CALL,
    "amd64, c000003e, 249, " + NO_SUCH_CALL,
    "amd64, c000003e, 250, " + NO_SUCH_CALL,
    "amd64, c000003e, 247, " + ALLOWED,
    "amd64, c000003e, 251, " + ALLOWED,
    "amd64, c000003e, 0, " + ALLOWED,
    "amd64, c000003e, 288, " + ALLOWED,
    "amd64, c000003e, 1073742074, " + NO_SUCH_CALL,
    "amd64, 40000003, 288, " + NO_SUCH_CALL,
    "amd64, 40000003, 286, " + NO_SUCH_CALL,
    "amd64, 40000003, 250, " + ALLOWED,
    "amd64, c00000b7, 1, " + KILLED,
    "aarch64, c00000b7, 217, " + NO_SUCH_CALL,
    "aarch64, c00000b7, 219, " + NO_SUCH_CALL,
    "aarch64, c00000b7, 220, " + ALLOWED,
    "aarch64, 40000028, 311, " + NO_SUCH_CALL,
    "aarch64, 40000028, 219, " + ALLOWED,
    "aarch64, c000003e, 1, " + KILLED
  })
  void the_calls_that_lead_to_keyrings_do_not_exist(
      String machine, String architecture, int call, String answer) {
    byte[] program = KeyringFilter.of(machine).orElseThrow();

    assertThat(Integer.toHexString(run(program, Integer.parseUnsignedInt(architecture, 16), call)))
        .isEqualTo(answer);
  }

  @Test
  void other_machines_have_no_filter() {
    assertThat(KeyringFilter.of("riscv64")).isEmpty();
  }

  private static int run(byte[] program, int architecture, int call) {
    ByteBuffer steps = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    int register = 0;
    for (int at = 0; ; at++) {
      int code = steps.getShort(at * 8);
      int value = steps.getInt(at * 8 + 4);
      switch (code) {
        case 0x20 -> register = value == 0 ? call : architecture;
        case 0x15 -> at += Byte.toUnsignedInt(steps.get(at * 8 + (register == value ? 2 : 3)));
        case 0x06 -> {
          return value;
        }
        default -> throw new AssertionError("unknown code " + code);
      }
    }
  }
}
