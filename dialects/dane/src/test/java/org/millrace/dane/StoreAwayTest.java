package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.millrace.dane.DaneServer.Reply;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.StorePorts;
import org.millrace.engine.documents.DocumentStore;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.store.Intercepted;

/** A store that cannot be used for a while: who asks is told so, and may ask again. */
class StoreAwayTest {
  private final AtomicBoolean away = new AtomicBoolean();
  private final DaneServer server =
      DaneServer.setup().with(sometimesAway(new InMemoryStore().ports())).start();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void every_question_is_answered_with_503_and_when_to_ask_again() {
    String document = server.register("V1");
    String task = server.assign(document, "ASR");
    away.set(true);
    for (String path :
        List.of(
            "/DANE/document/" + document,
            "/DANE/document/" + document + "/tasks",
            "/DANE/documents/?doc=" + document,
            "/DANE/search/document/",
            "/DANE/task/",
            "/DANE/task/" + task,
            "/DANE/task/" + task + "/document",
            "/DANE/workers/ASR")) {
      Reply refused = server.get(path);
      assertThat(refused.refusedWith(503)).as(path).contains("the disk is full");
      assertThat(refused.header("Retry-After")).as(path).isPresent();
    }
    assertThat(server.post("/DANE/document/", DaneServer.aDocument("V2")).refusedWith(503))
        .contains("the disk is full");

    away.set(false);
    assertThat(server.get("/DANE/task/" + task).ok().path("key").asText()).isEqualTo("ASR");
  }

  /** Row 19: any failure comes as 200 too. */
  @Test
  void a_mass_reset_says_it_in_its_answer() {
    server.assign(server.register("V1"), "ASR");
    away.set(true);
    Reply reset = server.get("/DANE/workers/ASR/reset");
    assertThat(reset.ok().path("total").asInt()).isZero();
    assertThat(reset.ok().path("error").asText()).contains("the disk is full");
  }

  private StorePorts sometimesAway(StorePorts good) {
    return Intercepted.ports(
        good,
        call -> {
          if (away.get()
              && (call.isOf(DocumentStore.class) || call.isOf(DocumentViewStore.class))) {
            throw new Refusal(new Failure.Unavailable("the disk is full", Duration.ofSeconds(1)));
          }
          return call.make();
        });
  }
}
