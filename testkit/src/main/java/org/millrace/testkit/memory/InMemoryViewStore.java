package org.millrace.testkit.memory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;
import org.millrace.engine.views.TaskQuery.TagFilter;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;
import org.millrace.testkit.memory.Tables.DeliveryRow;

/** Reads. */
final class InMemoryViewStore implements ViewStore {
  private static final Pattern TOKEN = Pattern.compile("after-(\\d{1,18})");
  private final Tables tables;

  InMemoryViewStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Optional<TaskId> named(ExternalId name) {
    return tables.locked(() -> Optional.ofNullable(tables.externalIds().get(name)));
  }

  @Override
  public Optional<TaskGlance> glance(TaskId id) {
    return tables.locked(() -> tables.find(id).map(TaskRow::glance));
  }

  @Override
  public Optional<TaskView> find(TaskId id) {
    return tables.locked(() -> tables.find(id).map(TaskRow::view));
  }

  @Override
  public Page list(TaskQuery query) {
    long after = query.token().map(InMemoryViewStore::place).orElse(0L);
    return tables.locked(() -> page(query, after));
  }

  private static long place(String token) {
    Matcher matcher = TOKEN.matcher(token);
    if (!matcher.matches()) {
      throw Refusal.invalid("page_token", "was not issued by this server");
    }
    return Long.parseLong(matcher.group(1));
  }

  private Page page(TaskQuery query, long after) {
    List<TaskRow> found =
        tables.bySequence().tailMap(after, false).values().stream()
            .filter(row -> matches(row, query))
            .limit(query.size() + 1L) // the one too many tells that there is a next page
            .toList();
    List<TaskRow> shown = found.subList(0, Math.min(found.size(), query.size()));
    return new Page(
        shown.stream().map(TaskRow::glance).toList(),
        query.detail() == Detail.FULL ? shown.stream().map(TaskRow::view).toList() : List.of(),
        found.size() > shown.size()
            ? Optional.of("after-" + shown.getLast().sequence())
            : Optional.empty());
  }

  private static boolean matches(TaskRow row, TaskQuery query) {
    TaskSpec spec = row.spec();
    return query.owner().map(row.task().owner()::equals).orElse(true)
        && query.dialect().map(spec.dialect()::equals).orElse(true)
        && query.shown().map(row.task().shownState()::equals).orElse(true)
        && query
            .namePrefix()
            .map(prefix -> spec.name().filter(name -> name.startsWith(prefix)).isPresent())
            .orElse(true)
        && query.tags().stream().allMatch(tag -> matches(spec.tags(), tag));
  }

  private static boolean matches(Map<String, String> tags, TagFilter filter) {
    return tags.containsKey(filter.key())
        && filter.value().map(value -> value.equals(tags.get(filter.key()))).orElse(true);
  }

  @Override
  public List<HistoryEvent> history(HistoryQuery query) {
    return tables.locked(() ->
        tables.historyAfter(query.after()).stream()
            .filter(event -> query.task().map(event.task()::equals).orElse(true))
            .filter(event -> query.owner().map(event.owner()::equals).orElse(true))
            .limit(query.most())
            .toList());
  }

  @Override
  public long newestEvent() {
    return tables.locked(tables::newestEvent);
  }

  @Override
  public LaneLoad load(Lane lane, int most) {
    return tables.locked(() ->
        new LaneLoad(
            upTo(most, tables.unfinished(lane).filter(TaskRow::waits)),
            upTo(most, tables.unfinished(lane).filter(TaskRow::isInFlight))));
  }

  @Override
  public Map<TaskState, Long> unfinished() {
    return tables.locked(() ->
        tables
            .unfinished()
            .collect(
                Collectors.groupingBy(
                    row -> row.task().state(), TreeMap::new, Collectors.counting())));
  }

  @Override
  public int ahead(TaskId id, int most) {
    return tables.locked(() ->
        tables
            .find(id)
            .filter(TaskRow::waits)
            .map(row ->
                upTo(
                    most,
                    tables
                        .unfinished(row.task().lane())
                        .filter(TaskRow::waits)
                        .filter(other -> goesBefore(other, row))))
            .orElse(0));
  }

  private static boolean goesBefore(TaskRow one, TaskRow other) {
    return one.task().owner().equals(other.task().owner())
        && TaskRow.FIRST_TO_GO.compare(one, other) < 0;
  }

  private static int upTo(int most, Stream<TaskRow> rows) {
    return (int) rows.limit(most).count();
  }

  @Override
  public List<Delivery> undelivered(int most) {
    return tables.locked(() ->
        tables.deliveries().descendingMap().values().stream()
            .filter(DeliveryRow::givenUp)
            .map(DeliveryRow::delivery)
            .limit(most)
            .toList());
  }
}
