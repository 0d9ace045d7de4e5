package org.millrace.api.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * What is broken is refused in time proportional to its length and within the memory given, however
 * long it is. {@code -Dmillrace.graph.mib=256 -Dmillrace.graph.room=2000} plays the longest that
 * the API takes, within a heap of 2600 MiB.
 */
@Timeout(120)
final class GraphSizeTest {
  private static final int MIB = Integer.getInteger("millrace.graph.mib", 8);
  private static final long ROOM = Integer.getInteger("millrace.graph.room", 96) * (1L << 20);

  /** Of one node. */
  private static final int LENGTH = 272;

  private static final int NODES = (int) (((long) MIB << 20) / LENGTH);

  private final GraphRoom room = new GraphRoom(ROOM);

  /** A list of nodes, made as it is read. */
  private static InputStream nodes(String begin, IntFunction<String> node, String end) {
    return new InputStream() {
      private ByteBuffer piece = bytes(begin);
      private int next;

      private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      }

      private boolean hasMore() {
        while (!piece.hasRemaining() && next <= NODES) {
          piece = bytes(next == NODES ? end : (next == 0 ? "" : ",\n") + node.apply(next));
          next++;
        }
        return piece.hasRemaining();
      }

      @Override
      public int read() {
        return hasMore() ? piece.get() : -1;
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        int from = offset;
        while (from < offset + length && hasMore()) {
          int some = Math.min(offset + length - from, piece.remaining());
          piece.get(into, from, some);
          from += some;
        }
        return from == offset ? -1 : from - offset;
      }
    };
  }

  private static String node(int number, int after, String more) {
    String node =
        "{\"key\": \"node-%07d\", \"after\": [\"node-%07d\"], %s\"container\": {\"image\": \"debian\", \"command\": [\"true\", \"\"]}}"
            .formatted(number, after, more);
    return node.replace("\"\"]}}", "\"" + "x".repeat(LENGTH - 2 - node.length()) + "\"]}}");
  }

  private List<GraphFault> faults(InputStream in) throws IOException {
    try (GraphRoom.Share share = room.share()) {
      GraphReader.read(in, GraphFormat.JSON, Owner.ANONYMOUS, share);
      return List.of();
    } catch (BrokenGraphFile broken) {
      return broken.faults();
    }
  }

  @Test
  void a_ring_of_all_nodes() throws Exception {
    assertThat(faults(nodes("{\"nodes\": [", i -> node(i, i == 0 ? NODES - 1 : i - 1, ""), "]}")))
        .singleElement()
        .satisfies(fault ->
            assertThat(fault.message())
                .startsWith(NODES + " nodes wait for each other, beginning with node-"));
  }

  @Test
  void a_key_that_is_unknown_in_the_last_node() throws Exception {
    assertThat(
            faults(
                nodes(
                    "{\"nodes\": [",
                    i ->
                        i == 0
                            ? "{\"key\": \"node-0000000\"}"
                            : node(i, i - 1, i == NODES - 1 ? "\"knid\": 1, " : ""),
                    "]}")))
        .singleElement()
        .satisfies(fault ->
            assertThat(fault.toString())
                .startsWith("line " + NODES + ", column ")
                .contains("nodes[" + (NODES - 1) + "].knid: there is no such key"));
  }

  @Test
  void a_key_that_is_unknown_in_each_node() throws Exception {
    assertThat(faults(nodes("{\"nodes\": [", i -> node(i, i - 1, "\"knid\": 1, "), "]}")))
        .hasSize(100);
  }

  @Test
  void an_end_that_is_missing() throws Exception {
    assertThat(faults(nodes("{\"nodes\": [", i -> node(i, i - 1, ""), "")))
        .singleElement()
        .satisfies(fault -> assertThat(fault.message()).startsWith("is not JSON: "));
  }

  @Test
  void a_key_that_is_unknown_with_all_of_it_after_it() throws Exception {
    assertThat(faults(nodes("{\"nods\": [", i -> node(i, i - 1, ""), "]}"))).hasSize(2);
  }

  @Test
  void edges_that_lead_nowhere() throws Exception {
    assertThat(faults(nodes("{\"nodes\": [", i -> node(i, i + 5_000_000, ""), "]}"))).hasSize(100);
  }

  /** Names whose hashes are all the same. */
  @Test
  void names_that_were_chosen_to_be_slow() throws Exception {
    int some = Math.min(NODES, 1 << 16);
    assertThat(
            faults(
                nodes(
                    "{\"nodes\": [",
                    i ->
                        "{\"key\": \"%s\", \"after\": [\"%s\"]}"
                            .formatted(alike(i % some, i / some), alike((i + 1) % some, i / some)),
                    "]}")))
        .isNotEmpty();
  }

  private static String alike(int number, int other) {
    var name = new StringBuilder();
    for (int bit = 0; bit < 16; bit++) {
      name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return name.append(other).toString();
  }

  @Test
  void values_that_would_fill_the_memory() {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() ->
            faults(
                nodes(
                    "{\"nodes\": {\"a\": {\"in_process\": \"noop\", \"with\": [",
                    _ -> "[]" + ",[]".repeat(LENGTH / 3),
                    "]}}}")))
        .satisfies(refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.TooLarge.class));
  }
}
