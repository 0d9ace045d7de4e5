package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;

/** What engines and registries say of images, and what it means. */
class ImagesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 | manifest for a/b:1 not found: manifest unknown: manifest unknown       | image-not-found      | false
          404 | pull access denied for a, repository does not exist or may require ... | image-not-found      | false
          500 | unauthorized: authentication required                                  | image-not-found      | false
          400 | invalid reference format                                               | image-not-found      | false
          500 | no matching manifest for linux/amd64 in the manifest list entries      | image-wrong-platform | false
          500 | Get "https://r/v2/": dial tcp: lookup r: no such host                  | image-not-pulled     | true
          500 | Get "https://r/v2/": dial tcp 10.0.0.1:443: connect: refused           | image-not-pulled     | true
          500 | dial tcp: lookup r on 10.0.0.2:53: server misbehaving, not found       | image-not-pulled     | true
          500 | received unexpected HTTP status: 503 Service Unavailable               | image-not-pulled     | true
          500 | toomanyrequests: You have reached your pull rate limit                 | image-not-pulled     | true
          """)
  void refusals_are_for_good_or_passing(int status, String words, String code, boolean passing) {
    Outcome outcome = Images.refused("a/b:1", new EngineRefused(status, words)).outcome();

    assertThat(outcome.mayBeRetried()).isEqualTo(passing);
    assertThat(outcome.mayHaveStarted()).isFalse();
    assertThat(outcome.why().map(Cause::code)).contains(code);
    assertThat(outcome.why().map(Cause::byCaller)).contains(!passing);
    assertThat(outcome.why().map(Cause::message))
        .hasValueSatisfying(message -> assertThat(message).contains("a/b:1").contains(words));
  }

  @Test
  void layers_are_added_up_as_they_come() throws IOException {
    var tally = new PullTally("tool");
    heard(tally, "{'status':'Pulling from tool','id':'1.2'}");
    heard(tally, "{'status':'Pulling fs layer','progressDetail':{},'id':'aa'}");
    heard(tally, "{'status':'Already exists','progressDetail':{},'id':'bb'}");
    heard(tally, "{'status':'Waiting','progressDetail':{},'id':'aa'}");
    heard(tally, "{'status':'Downloading','progressDetail':{'current':3,'total':10},'id':'aa'}");
    assertThat(heard(tally, "{'status':'Downloading','progressDetail':{'current':7},'id':'aa'}"))
        .isEqualTo(new PullTally.State("image tool, 1 of 2 layers", 7, 10));
    heard(tally, "{'status':'Download complete','progressDetail':{},'id':'aa'}");
    heard(tally, "{'status':'Extracting','progressDetail':{'current':1,'total':10},'id':'aa'}");
    heard(tally, "{'status':'Pull complete','progressDetail':{},'id':'aa'}");
    assertThat(heard(tally, "{'status':'Digest: sha256:x'}"))
        .isEqualTo(new PullTally.State("image tool, 2 of 2 layers", 10, 10));
  }

  private static PullTally.State heard(PullTally tally, String line) throws IOException {
    return tally.heard(
        new ObjectMapper().readValue(line.replace('\'', '"'), PullResponseItem.class));
  }

  @Test
  void engines_differ() throws IOException {
    var labels = new Labels("x");
    assertThat(
            traits("{'OSType':'linux','Architecture':'x86_64','InitBinary':'docker-init'}", labels))
        .isEqualTo(new EngineTraits("linux/amd64", true, UsageGroups.NONE));
    assertThat(traits("{'OSType':'linux','Architecture':'aarch64','InitBinary':''}", labels))
        .isEqualTo(new EngineTraits("linux/arm64", false, UsageGroups.NONE));
    assertThat(
            traits(
                "{'OSType':'linux','Architecture':'riscv64','InitBinary':'i',"
                    + "'InitCommit':{'ID':'N/A'}}",
                labels))
        .isEqualTo(new EngineTraits("linux/riscv64", false, UsageGroups.NONE));
  }

  private static EngineTraits traits(String info, Labels labels) throws IOException {
    return EngineTraits.of(
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .build()
            .getObjectMapper()
            .readValue(info.replace('\'', '"'), Info.class),
        new EngineAddress("tcp://127.0.0.1:1"),
        labels);
  }
}
