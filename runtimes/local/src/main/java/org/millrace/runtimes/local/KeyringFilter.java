package org.millrace.runtimes.local;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A filter of system calls for the kernel (classic BPF, as seccomp takes it) that knows one thing:
 * no namespace keeps a task from the keyrings of the session in which the server was started, so
 * the three calls that lead there answer as on a kernel without keyrings. Calls of an architecture
 * that the machine does not have end the process. Pure.
 */
final class KeyringFilter {
  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x06;
  private static final int OFFSET_OF_NUMBER = 0;
  private static final int OFFSET_OF_ARCHITECTURE = 4;
  private static final int ALLOW = 0x7fff0000;
  private static final int KILL_PROCESS = 0x80000000;
  private static final int FAIL_WITH_NO_SUCH_CALL = 0x00050000 | 38; // ENOSYS

  private static final int X32 = 0x40000000; // calls of x86-64 with short pointers

  /** The calls add_key, request_key and keyctl, by the kernel's word for an architecture. */
  private record Calls(int architecture, List<Integer> numbers) {}

  private static final Calls X86_64 =
      new Calls(0xc000003e, List.of(248, 249, 250, X32 | 248, X32 | 249, X32 | 250));
  private static final Calls I386 = new Calls(0x40000003, List.of(286, 287, 288));
  private static final Calls AARCH64 = new Calls(0xc00000b7, List.of(217, 218, 219));
  private static final Calls ARM = new Calls(0x40000028, List.of(309, 310, 311));

  private KeyringFilter() {}

  /**
   * The filter's bytes for a machine, as Java names it; empty for one whose calls are not known
   * here.
   */
  static Optional<byte[]> of(String machine) {
    return switch (machine.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> Optional.of(program(List.of(X86_64, I386)));
      case "aarch64", "arm64" -> Optional.of(program(List.of(AARCH64, ARM)));
      default -> Optional.empty();
    };
  }

  private static byte[] program(List<Calls> architectures) {
    List<long[]> steps = new ArrayList<>();
    steps.add(step(LOAD_WORD, 0, 0, OFFSET_OF_ARCHITECTURE));
    for (Calls calls : architectures) {
      int count = calls.numbers().size();
      steps.add(step(JUMP_IF_EQUAL, 0, count + 3, calls.architecture()));
      steps.add(step(LOAD_WORD, 0, 0, OFFSET_OF_NUMBER));
      for (int i = 0; i < count; i++) {
        steps.add(step(JUMP_IF_EQUAL, count - i, 0, calls.numbers().get(i)));
      }
      steps.add(step(RETURN, 0, 0, ALLOW));
      steps.add(step(RETURN, 0, 0, FAIL_WITH_NO_SUCH_CALL));
    }
    steps.add(step(RETURN, 0, 0, KILL_PROCESS));
    return bytes(steps);
  }

  private static long[] step(int code, int ifTrue, int ifFalse, int value) {
    return new long[] {code, ifTrue, ifFalse, value};
  }

  private static byte[] bytes(List<long[]> steps) {
    ByteBuffer bytes = ByteBuffer.allocate(steps.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (long[] step : steps) {
      bytes.putShort((short) step[0]).put((byte) step[1]).put((byte) step[2]).putInt((int) step[3]);
    }
    return bytes.array();
  }
}
