package org.millrace.server.config;

import java.time.Duration;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TimeLimits;
import org.millrace.tes.ServiceInfo;
import org.millrace.tes.TesConfig;
import org.millrace.tes.TesLimits;

/** What is said of the TES face. */
final class TesSection {
  /** What the TES standard says must be accepted. */
  private static final long LEAST_BODY = 128L << 10;

  private static final long MOST_BODY = 1L << 30;

  private TesSection() {}

  static TesConfig read(SettingsReader read) {
    TesConfig usual = TesConfig.standard(ServerConfig.VERSION);
    TesLimits limits = TesLimits.DEFAULT;
    ServiceInfo info = usual.serviceInfo();
    RetryPolicy retry = retry(read);
    Duration holdRunning = read.duration("tes.hold-running", usual.holdRunning(), Duration.ZERO);
    TimeLimits times =
        new TimeLimits(
            read.limit("tes.queue-limit"),
            read.limit("tes.run-limit"),
            read.limit("tes.total-limit"));
    return new TesConfig(
        read.checked(() -> serviceInfo(read, info)).orElse(info),
        read.checked(() -> limits(read, limits)).orElse(limits),
        read.truth("tes.show-all-states", false),
        read.checked(() -> usual.withRunningHeld(holdRunning)).orElse(usual).holdRunning(),
        read.choice("tes.errors", TesConfig.ErrorBodies.class, usual.errors()),
        retry,
        times);
  }

  private static ServiceInfo serviceInfo(SettingsReader read, ServiceInfo usual) {
    String key = "tes.service-info.";
    return new ServiceInfo(
        read.text(key + "id", usual.id()),
        read.text(key + "name", usual.name()),
        read.text(key + "type-version", usual.typeVersion()),
        read.optionalText(key + "description").or(usual::description),
        read.text(key + "organization-name", usual.organizationName()),
        read.text(key + "organization-url", usual.organizationUrl()),
        read.optionalText(key + "contact-url").or(usual::contactUrl),
        read.optionalText(key + "documentation-url").or(usual::documentationUrl),
        read.optionalText(key + "created-at").or(usual::createdAt),
        read.optionalText(key + "updated-at").or(usual::updatedAt),
        read.optionalText(key + "environment").or(usual::environment),
        read.text(key + "version", usual.version()),
        read.list(key + "storage"));
  }

  private static TesLimits limits(SettingsReader read, TesLimits usual) {
    String key = "tes.limits.";
    return new TesLimits(
        read.size(key + "body-bytes", usual.bodyBytes(), LEAST_BODY, MOST_BODY),
        (int) read.size(key + "content-bytes", usual.contentBytes(), LEAST_BODY, MOST_BODY),
        read.integer(key + "executors", usual.executors(), 1, Integer.MAX_VALUE),
        read.integer(key + "inputs", usual.inputs(), 0, Integer.MAX_VALUE),
        read.integer(key + "outputs", usual.outputs(), 0, Integer.MAX_VALUE),
        read.integer(key + "volumes", usual.volumes(), 0, Integer.MAX_VALUE),
        read.integer(key + "tags", usual.tags(), 0, Integer.MAX_VALUE),
        read.integer(key + "tag-key-characters", usual.tagKeyCharacters(), 1, Integer.MAX_VALUE),
        read.integer(
            key + "tag-value-characters", usual.tagValueCharacters(), 0, Integer.MAX_VALUE),
        read.integer(key + "name-characters", usual.nameCharacters(), 0, Integer.MAX_VALUE));
  }

  private static RetryPolicy retry(SettingsReader read) {
    RetryPolicy usual = RetryPolicy.DEFAULT;
    int attempts = read.integer("tes.retry.attempts", usual.attempts(), 1, 1000);
    Duration first = read.duration("tes.retry.first", usual.first(), Duration.ZERO);
    Duration most = read.duration("tes.retry.most", usual.most(), Duration.ZERO);
    boolean afterStart = read.truth("tes.retry.after-start", usual.afterStart());
    return read.checked("tes.", () -> new RetryPolicy(attempts, first, most, afterStart))
        .orElse(usual);
  }
}
