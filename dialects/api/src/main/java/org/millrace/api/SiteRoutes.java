package org.millrace.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.views.TaskViews;
import org.millrace.engine.views.ViewStore.LaneLoad;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;

/** What this server runs on, and how busy it is. */
final class SiteRoutes {
  /** Beyond this, how much waits in a lane is of no use to anybody, and costs. */
  private static final int COUNTED = 1000;

  private final Runtimes runtimes;
  private final Lanes lanes;
  private final TaskViews views;
  private final String version;
  private final byte[] openApi = resource("openapi.json");
  private final byte[] graphSchema = resource("graph/graph.schema.json");

  SiteRoutes(Runtimes runtimes, Lanes lanes, TaskViews views, String version) {
    this.runtimes = runtimes;
    this.lanes = lanes;
    this.views = views;
    this.version = version;
  }

  private record RuntimeList(List<WireRuntime> runtimes) {}

  /**
   * Where work runs.
   *
   * @param runs kinds of work
   * @param why it takes nothing now
   */
  private record WireRuntime(
      String name,
      String custody,
      Optional<String> site,
      List<String> runs,
      int cpuCores,
      long memoryBytes,
      List<String> closedPaths,
      boolean available,
      Optional<WireCause> why) {
    static WireRuntime of(RuntimeOffer offer) {
      return new WireRuntime(
          offer.name().text(),
          offer.custody().name().toLowerCase(Locale.ROOT),
          Optional.of(offer.site()).filter(site -> !site.isEmpty()),
          offer.runs().stream().map(WireWork::kind).sorted().toList(),
          offer.cpuCores(),
          offer.ramBytes(),
          offer.closedPaths(),
          offer.unavailable().isEmpty(),
          offer.unavailable().map(WireCause::of));
    }
  }

  Answer runtimes(Exchange exchange) {
    Asked.only(exchange);
    return Json.answer(new RuntimeList(runtimes.offers().stream().map(WireRuntime::of).toList()));
  }

  private record LaneList(List<WireLane> lanes) {}

  /**
   * Where ready tasks wait.
   *
   * @param counts whose tasks in flight count against the limit
   * @param countedUpTo a number this large means so many or more
   */
  private record WireLane(
      String name,
      int limit,
      String counts,
      String whenFull,
      int inFlight,
      int ready,
      int countedUpTo) {
    static WireLane of(LaneRule rule, LaneLoad load, int countedUpTo) {
      return new WireLane(
          rule.lane().name(),
          rule.limit(),
          rule.counts().name().toLowerCase(Locale.ROOT),
          rule.whenFull().name().toLowerCase(Locale.ROOT),
          load.inFlight(),
          load.ready(),
          countedUpTo);
    }
  }

  Answer lanes(Exchange exchange) {
    Asked.only(exchange);
    return Json.answer(new LaneList(lanes.all().stream().map(this::lane).toList()));
  }

  private WireLane lane(LaneRule rule) {
    int most = Math.max(rule.limit(), COUNTED);
    return WireLane.of(rule, views.load(rule.lane(), most), most);
  }

  private record Version(String name, String version, String api) {}

  Answer version(Exchange exchange) {
    Asked.only(exchange);
    return Json.answer(new Version("millrace", version, "v1"));
  }

  Answer openApi(Exchange exchange) {
    Asked.only(exchange);
    return Answer.json(openApi);
  }

  Answer graphSchema(Exchange exchange) {
    Asked.only(exchange);
    return Answer.bytes(200, "application/schema+json", graphSchema);
  }

  private static byte[] resource(String name) {
    try (InputStream in = SiteRoutes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing from this build");
      }
      return in.readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException("the resource " + name + " cannot be read", failure);
    }
  }
}
