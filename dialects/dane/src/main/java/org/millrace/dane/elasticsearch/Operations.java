package org.millrace.dane.elasticsearch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.dane.Asking;
import org.millrace.dane.PythonJson;
import org.millrace.dane.elasticsearch.Shape.Differs;
import org.millrace.dane.elasticsearch.Shape.Fits;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AskAgain;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.Documents;
import org.millrace.http.Access;
import org.millrace.http.Answer;
import org.millrace.http.BodyWriter;
import org.millrace.http.Exchange;
import org.millrace.http.Handler;
import org.millrace.http.Query;
import org.millrace.http.Routes;

/**
 * The requests of {@code contracts/dane.md 3.9}. Of every other one the answer says that it is not
 * understood.
 */
final class Operations {
  private static final int MOST_SEARCH_BYTES = 1 << 20;
  private static final int MOST_SEARCHES = 100_000;
  private static final Set<String> TYPES =
      Set.of(
          "application/json",
          "application/x-ndjson",
          "application/vnd.elasticsearch+json",
          "application/vnd.elasticsearch+x-ndjson");
  private static final Shape STATE =
      Shape.of(
          """
          {"doc": {"task": {"state": "$state", "msg": "$msg"}, "updated_at": "$at"}}\
          """);

  private final ElasticsearchConfig config;
  private final Documents documents;
  private final Finder finder;
  private final Writer writer;
  private final Bulk bulk;
  private final Deleter deleter;
  private final Hits hits;
  private final InstantSource clock;

  Operations(ElasticsearchConfig config, Documents documents, InstantSource clock) {
    this.config = config;
    this.documents = documents;
    this.finder = new Finder(config.space(), documents.views());
    this.writer = new Writer(config, documents);
    this.bulk = new Bulk(config, writer, clock);
    this.deleter = new Deleter(config.space(), finder, documents.delete());
    this.hits = new Hits(config.index());
    this.clock = clock;
  }

  Routes routes() {
    return Routes.under("")
        .get("/", this::about)
        .post("/_bulk", this::bulk)
        .post("/_msearch", this::searchMany)
        .on("HEAD", "/{index}", inIndex(_ -> Product.on(Answer.empty(200))), Access.SIGNED_IN)
        .put("/{index}", inIndex(this::makeIndex))
        .post("/{index}/_doc", inIndex(this::save))
        .put("/{index}/_doc/{id}", inIndex(this::put))
        .post("/{index}/_doc/{id}", inIndex(this::put))
        .put("/{index}/_create/{id}", inIndex(this::create))
        .post("/{index}/_create/{id}", inIndex(this::create))
        .get("/{index}/_doc/{id}", inIndex(this::read))
        .delete("/{index}/_doc/{id}", inIndex(this::delete))
        .post("/{index}/_update/{id}", inIndex(this::update))
        .post("/{index}/_bulk", inIndex(this::bulk))
        .post("/{index}/_search", inIndex(this::search))
        .post("/{index}/_msearch", inIndex(this::searchMany))
        .post("/{index}/_delete_by_query", inIndex(this::deleteByQuery))
        .post("/{index}/_update_by_query", inIndex(this::updateByQuery));
  }

  /** There is one index; of any other that is said before its body is read. */
  private Handler inIndex(Handler handler) {
    return exchange -> {
      String asked = exchange.parameter("index");
      return asked.equals(config.index())
          ? handler.answer(exchange)
          : Product.json(EsError.noIndex(asked, config.index()));
    };
  }

  private Answer about(Exchange exchange) {
    Parameters.checked(exchange.query());
    return Product.json(200, Product.about());
  }

  /** It is there already. What it was to look like does not matter, since nothing is indexed. */
  private Answer makeIndex(Exchange exchange) {
    Parameters.checked(exchange.query());
    Value yes = new Value.Truth(true);
    return Product.json(
        200,
        new Value.Fields(
            Map.of(
                "acknowledged", yes,
                "shards_acknowledged", yes,
                "index", new Value.Text(config.index()))));
  }

  private Answer save(Exchange exchange) throws IOException {
    Query query = Parameters.checked(exchange.query(), "routing", "op_type");
    return written(exchange, query, new Draft.Address(Optional.empty(), query.one("routing")));
  }

  private Answer put(Exchange exchange) throws IOException {
    Query query = Parameters.checked(exchange.query(), "routing", "op_type");
    if (query.one("op_type").filter("create"::equals).isEmpty()) {
      throw NotUnderstood.at("writing over what is there, which is without op_type=create,");
    }
    return created(exchange, query);
  }

  private Answer create(Exchange exchange) throws IOException {
    return created(exchange, Parameters.checked(exchange.query(), "routing"));
  }

  private Answer created(Exchange exchange, Query query) throws IOException {
    var id = Optional.of(exchange.parameter("id"));
    return written(exchange, query, new Draft.Address(id, query.one("routing")));
  }

  private Answer written(Exchange exchange, Query query, Draft.Address address) throws IOException {
    checkType(exchange);
    Value source = Lines.read(exchange.bytes(), "body");
    return switch (writer.create(Draft.of(source, address, config.space(), clock.instant()))) {
      case Written.Created(String id) -> changed(201, id, "created", query);
      case Written.Failed(_, EsError error) -> Product.json(error);
    };
  }

  private Answer changed(int status, String id, String result, Query query) {
    boolean refreshed = Parameters.refreshes(query);
    return Product.json(
        status, new Value.Fields(Told.changed(config.index(), id, result, refreshed)));
  }

  private Answer read(Exchange exchange) {
    Query query =
        Parameters.checked(
            exchange.query(), "routing", "_source", "_source_includes", "_source_excludes");
    String id = exchange.parameter("id");
    Optional<Stored> stored = finder.byId(id);
    return Product.json(
        stored.isPresent() ? 200 : 404,
        Told.got(config.index(), id, stored, SourceFilter.of(query::one)));
  }

  private Answer delete(Exchange exchange) {
    Query query = Parameters.checked(exchange.query(), "routing");
    String id = exchange.parameter("id");
    return deleter.delete(id)
        ? changed(200, id, "deleted", query)
        : changed(404, id, "not_found", query);
  }

  /**
   * A state that somebody wrote. What a task's state is follows from what its worker answered, so
   * this is a remark in the task's history.
   */
  private Answer update(Exchange exchange) throws IOException {
    Query query = Parameters.checked(exchange.query(), "routing", "retry_on_conflict");
    String id = exchange.parameter("id");
    Fits told =
        switch (STATE.fit(searchBody(exchange), "body")) {
          case Fits fits -> fits;
          case Differs(String place, _) -> throw NotUnderstood.at(place);
        };
    Optional<AssignedTask> task = finder.task(id);
    if (task.isEmpty()) {
      return Product.json(EsError.missing(config.index(), id, ""));
    }
    documents
        .remarks()
        .add(
            task.get().entry().task(),
            "%s wrote state %s, message %s into the index: not obeyed"
                .formatted(
                    exchange.caller().owner(),
                    shown(told.first("state")),
                    shown(told.first("msg"))));
    return changed(200, id, "updated", query);
  }

  private static String shown(Value value) {
    return NotUnderstood.shortened(PythonJson.line(value));
  }

  private Answer bulk(Exchange exchange) throws IOException {
    Query query = Parameters.checked(exchange.query());
    checkType(exchange);
    Instant begin = clock.instant();
    List<Written> written = bulk.create(new Lines(exchange.body()), index(exchange));
    long took = took(begin);
    boolean errors = written.stream().anyMatch(Written.Failed.class::isInstance);
    boolean refreshed = Parameters.refreshes(query);
    return json(out -> {
      write("{\"took\": %d, \"errors\": %b, \"items\": [".formatted(took, errors), out);
      String before = "";
      for (Written each : written) {
        write(before, out);
        out.write(Json.bytes(Bulk.item(each, config.index(), refreshed)));
        before = ", ";
      }
      write("]}", out);
    });
  }

  /** That of the path, if this one has one. */
  private Optional<String> index(Exchange exchange) {
    return exchange.path().indexOf('/', 1) > 0 ? Optional.of(config.index()) : Optional.empty();
  }

  private Answer search(Exchange exchange) throws IOException {
    Query query = Parameters.checked(exchange.query(), "from", "size");
    SearchRequest asked = SearchRequest.of(searchBody(exchange), Parameters.part(query));
    Instant begin = clock.instant();
    return json(out -> write(asked, begin, Optional.empty(), out));
  }

  private void write(SearchRequest asked, Instant begin, Optional<Integer> status, OutputStream out)
      throws IOException {
    Found found = finder.find(asked.query(), asked.skip(), asked.most());
    hits.write(found, asked.source(), took(begin), status, out);
  }

  private Answer searchMany(Exchange exchange) throws IOException {
    Parameters.checked(exchange.query(), "max_concurrent_searches");
    checkType(exchange);
    List<Searched> all = searches(new Lines(exchange.body()), index(exchange));
    Instant begin = clock.instant();
    return json(out -> {
      write("{\"took\": %d, \"responses\": [".formatted(took(begin)), out);
      String before = "";
      for (Searched each : all) {
        write(before, out);
        switch (each) {
          case Searched.Asked(SearchRequest asked) -> write(asked, begin, Optional.of(200), out);
          case Searched.Refused(EsError error) -> out.write(Json.bytes(error.body()));
        }
        before = ", ";
      }
      write("]}", out);
    });
  }

  /** One search of many: another one's mistake does not concern it. */
  private sealed interface Searched {
    record Asked(SearchRequest request) implements Searched {}

    record Refused(EsError error) implements Searched {}
  }

  private List<Searched> searches(Lines lines, Optional<String> index) throws IOException {
    var searches = new ArrayList<Searched>();
    for (Optional<Value> head = lines.next(); head.isPresent(); head = lines.next()) {
      if (searches.size() == MOST_SEARCHES) {
        throw new Refusal(new Failure.TooLarge("at most " + MOST_SEARCHES + " searches at once"));
      }
      Value body =
          lines
              .next()
              .orElseThrow(
                  () -> Refusal.invalid("line " + lines.number(), "a header without its search"));
      searches.add(searched(head.get(), body, index));
    }
    if (searches.isEmpty()) {
      throw Refusal.invalid("body", "request body is required");
    }
    return searches;
  }

  private Searched searched(Value head, Value body, Optional<String> index) {
    try {
      Optional<String> other = indexOf(head, index).filter(name -> !name.equals(config.index()));
      return other.isPresent()
          ? new Searched.Refused(EsError.noIndex(other.get(), config.index()))
          : new Searched.Asked(SearchRequest.of(body, SearchRequest.Parameters.NONE));
    } catch (Refusal refusal) {
      if (refusal.failure() instanceof Failure.Invalid invalid) {
        return new Searched.Refused(EsError.illegal(invalid.message()));
      }
      throw refusal;
    }
  }

  private static Optional<String> indexOf(Value head, Optional<String> index) {
    return switch (head) {
      case Value.Fields(Map<String, Value> fields) when fields.isEmpty() && index.isPresent() ->
          index;
      case Value.Fields(Map<String, Value> fields)
          when fields.size() == 1 && fields.get("index") instanceof Value.Text(String name) ->
          Optional.of(name);
      default -> throw NotUnderstood.at("the header of a search");
    };
  }

  private Answer deleteByQuery(Exchange exchange) throws IOException {
    Parameters.checked(exchange.query());
    Instant begin = clock.instant();
    Value body = searchBody(exchange);
    if (!(body instanceof Value.Fields(Map<String, Value> fields))
        || !fields.keySet().equals(Set.of("query"))) {
      throw NotUnderstood.at("a body of anything but a query");
    }
    int deleted =
        deleter
            .deleteAll(Templates.read(fields.getOrDefault("query", Value.NOTHING)))
            .orElseThrow(() -> NotUnderstood.at("deleting what this query finds"));
    return Product.json(200, Told.byQuery(took(begin), "deleted", deleted));
  }

  private Answer updateByQuery(Exchange exchange) throws IOException {
    Parameters.checked(exchange.query());
    Instant begin = clock.instant();
    MassReset reset = MassReset.of(searchBody(exchange));
    AskAgain.Request request = Asking.allBy(exchange.caller().owner().name());
    int asked = documents.askAgain().askAll(config.space(), reset.key(), reset.number(), request);
    return Product.json(200, Told.byQuery(took(begin), "updated", asked));
  }

  /** A body that holds no data. */
  private static Value searchBody(Exchange exchange) throws IOException {
    checkType(exchange);
    byte[] body = exchange.body().readNBytes(MOST_SEARCH_BYTES + 1);
    if (body.length > MOST_SEARCH_BYTES) {
      throw new Refusal(
          new Failure.TooLarge("a query has at most " + MOST_SEARCH_BYTES + " bytes"));
    }
    return Lines.read(body, "body");
  }

  /** As Elasticsearch does, and so that no page of another origin can post without asking. */
  private static void checkType(Exchange exchange) {
    String type = exchange.header("Content-Type").orElse("");
    String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!TYPES.contains(bare)) {
      throw Refusal.invalid(
          "Content-Type",
          "[" + NotUnderstood.shortened(type) + "] is not supported; send one of " + TYPES);
    }
  }

  private long took(Instant begin) {
    return Math.max(0, Duration.between(begin, clock.instant()).toMillis());
  }

  private static Answer json(BodyWriter writer) {
    return Product.on(Answer.written(200, "application/json", writer));
  }

  private static void write(String text, OutputStream out) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
