package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.TagFilter;
import org.millrace.store.json.StoredJson;
import org.millrace.store.sqlite.PageToken.Order;

/**
 * Finds a page of a list in time that does not depend on how much is stored.
 *
 * <p>Each condition has an index and so is a way through the list that meets only what fulfils it;
 * the other conditions are looked at row by row. The page goes a way that has few rows ahead, or
 * else the one on which the next few rows lead furthest: there the condition is rarest. Rows that
 * fit may still be far apart, so it looks at a bounded number of rows, and may end short, with a
 * token for the rest.
 */
final class TaskList {

  /**
   * How far it looks.
   *
   * @param few so many rows are few: looking at all of them takes no time
   * @param most rows looked at for one page
   */
  record Reach(int few, int most) {

    /** A page, and some ten milliseconds. */
    static final Reach USUAL = new Reach(256, 10_000);
  }

  /**
   * While the page does not fill it looks further, so many times as far as before: finding out how
   * far that is costs little then beside looking.
   */
  private static final int GROWTH = 3;

  /** Of very many tags only the first are tried as ways; the others are conditions. */
  private static final int TAGS_TRIED = 8;

  private final Session session;
  private final TaskQuery query;
  private final Reach reach;
  private final @Nullable NameRange names;

  private TaskList(Session session, TaskQuery query, Reach reach) {
    this.session = session;
    this.query = query;
    this.reach = reach;
    this.names = query.namePrefix().map(NameRange::of).orElse(null);
  }

  /** A task of the page, and its place. */
  record Line(long seq, TaskGlance glance) {}

  /**
   * The page.
   *
   * @param order what it is ordered by
   * @param next the last row it looked at, if more may follow
   */
  record Lines(List<Line> lines, Order order, Optional<Long> next) {}

  /**
   * Finds the page.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Invalid}, if the token is not ours, or of
   *     another list
   */
  static Lines find(Session session, TaskQuery query) throws SQLException {
    return find(session, query, Reach.USUAL);
  }

  static Lines find(Session session, TaskQuery query, Reach reach) throws SQLException {
    return new TaskList(session, query, reach).find();
  }

  private Lines find() throws SQLException {
    Optional<PageToken> token = query.token().map(PageToken::of);
    Place after = start(token);
    Walk walk = begin(after, token.map(PageToken::order));
    List<Line> found = look(walk, after, query.size() + 1L);
    int looked = reach.few();
    while (walk.until() != null && found.size() <= query.size() && looked < reach.most()) {
      int rows = Math.min(GROWTH * looked + 1, reach.most() - looked);
      Walk further = new Walk(walk.way(), seek(walk.way(), walk.until(), rows).orElse(null));
      found.addAll(look(further, walk.until(), query.size() + 1L - found.size()));
      looked += rows;
      walk = further;
    }
    return page(found, walk);
  }

  private Lines page(List<Line> found, Walk walk) {
    boolean more = found.size() > query.size(); // the one too many tells that there is a next page
    List<Line> lines = more ? found.subList(0, query.size()) : found;
    Optional<Long> next =
        more
            ? Optional.of(lines.getLast().seq())
            : Optional.ofNullable(walk.until()).map(Place::seq);
    return new Lines(lines, walk.way().order(), next);
  }

  /** Where the page begins: after this. */
  private Place start(Optional<PageToken> token) throws SQLException {
    if (token.isEmpty()) {
      return new Place(names == null ? "" : names.prefix(), 0);
    }
    long seq = token.get().seq();
    return switch (token.get().order()) {
      case AGE -> new Place("", seq);
      case NAME -> new Place(nameOf(seq), seq);
    };
  }

  private String nameOf(long seq) throws SQLException {
    if (names == null) {
      throw PageToken.foreign();
    }
    return session
        .on(Sql.NAME_OF)
        .set("seq", seq)
        .first(row -> row.text("name"))
        .orElseThrow(PageToken::foreign);
  }

  /** The way to go, and where its next few rows end; nowhere, if it has only few. */
  private Walk begin(Place after, Optional<Order> order) throws SQLException {
    List<Way> ways = ways(order);
    if (conditions() == 0 || (conditions() == 1 && !ways.getFirst().equals(Way.ALL))) {
      return new Walk(ways.getFirst(), null); // whatever it meets belongs on the page
    }
    var walks = new ArrayList<Walk>();
    for (Way way : ways) {
      Optional<Place> few = seek(way, after, reach.few());
      if (few.isEmpty()) {
        return new Walk(way, null);
      }
      walks.add(new Walk(way, few.get()));
    }
    return Collections.max(walks, Walk.FURTHEST_LAST);
  }

  /** The ways there are, those first that tend to have few rows. */
  private List<Way> ways(Optional<Order> order) {
    if (order.equals(Optional.of(Order.NAME))) {
      return List.of(Way.NAME); // the list was begun that way
    }
    var ways = new ArrayList<Way>();
    query.tags().stream().limit(TAGS_TRIED).map(Way::of).forEach(ways::add);
    if (order.isEmpty()) {
      query.namePrefix().ifPresent(_ -> ways.add(Way.NAME));
    }
    query.shown().ifPresent(_ -> ways.add(Way.SHOWN));
    query.owner().ifPresent(_ -> ways.add(Way.OWNER));
    query.dialect().ifPresent(_ -> ways.add(Way.DIALECT));
    return ways.isEmpty() ? List.of(Way.ALL) : ways;
  }

  private long conditions() {
    return query.tags().size()
        + Stream.of(query.owner(), query.dialect(), query.namePrefix(), query.shown())
            .filter(Optional::isPresent)
            .count();
  }

  /** The row that stands so many rows ahead. */
  private Optional<Place> seek(Way way, Place after, int rows) throws SQLException {
    KeptStatement statement = session.on(way.seek()).set("rows", rows).set("after", after.seq());
    setConditions(statement, way);
    if (way.order() == Order.NAME) {
      setNames(statement, after, null);
    }
    return statement.first(
        row -> new Place(way.order() == Order.NAME ? row.text("name") : "", row.number64("seq")));
  }

  /** What fits on the way. */
  private List<Line> look(Walk walk, Place after, long most) throws SQLException {
    Way way = walk.way();
    Place until = walk.until();
    KeptStatement statement = session.on(way.list()).set("after", after.seq()).set("most", most);
    setConditions(statement, way);
    if (way.order() == Order.NAME) {
      setNames(statement, after, until);
    } else {
      statement.set("until", until == null ? Long.MAX_VALUE : until.seq());
    }
    return statement.list(TaskList::line);
  }

  /** Sets those conditions that the statement names. */
  private void setConditions(KeptStatement statement, Way way) throws SQLException {
    set(statement, "owner", query.owner().map(Owner::name).orElse(null));
    set(statement, "dialect", query.dialect().orElse(null));
    set(statement, "shown", query.shown().map(TaskState::name).orElse(null));
    set(statement, "key", way.tag().map(TagFilter::key).orElse(null));
    set(statement, "value", way.tag().flatMap(TagFilter::value).orElse(null));
    List<TagFilter> others = otherTags(way);
    TagFilter other = others.isEmpty() ? null : others.getFirst();
    set(statement, "has_key", other == null ? null : other.key());
    set(statement, "has_value", other == null ? null : other.value().orElse(null));
    set(statement, "has_more", others.size() < 2 ? null : StoredJson.write(others));
    set(statement, "name", names == null ? null : names.prefix());
    if (statement.names("name_end")) {
      setEndOfNames(statement, "name_end");
    }
  }

  private static void set(KeptStatement statement, String parameter, @Nullable String value)
      throws SQLException {
    if (statement.names(parameter)) {
      statement.set(parameter, value);
    }
  }

  private List<TagFilter> otherTags(Way way) {
    return query.tags().stream().filter(tag -> !way.tag().equals(Optional.of(tag))).toList();
  }

  private void setNames(KeptStatement statement, Place after, @Nullable Place until)
      throws SQLException {
    statement.set("after_name", after.name());
    if (until == null) {
      setEndOfNames(statement, "until_name");
      statement.set("until", 0);
    } else {
      statement.set("until_name", until.name()).set("until", until.seq());
    }
  }

  private void setEndOfNames(KeptStatement statement, String parameter) throws SQLException {
    if (names == null) {
      statement.setNull(parameter);
    } else {
      names.setEnd(statement, parameter);
    }
  }

  private static Line line(Row row) throws SQLException {
    return new Line(row.number64("seq"), glance(row));
  }

  static TaskGlance glance(Row row) throws SQLException {
    return new TaskGlance(
        new TaskId(row.text("id")),
        new Owner(row.text("owner")),
        TaskState.valueOf(row.text("state")),
        TaskState.valueOf(row.text("shown")),
        row.maybeTime("started_at"));
  }

  /** A place in a list; the name counts only where it is ordered by name. */
  private record Place(String name, long seq) {}

  /** A way and how far to go; null: to its end. */
  private record Walk(Way way, @Nullable Place until) {

    /** Names have an order of their own, and cannot be compared; they tend to be rare. */
    static final Comparator<Walk> FURTHEST_LAST =
        Comparator.comparingInt((Walk walk) -> walk.way().order() == Order.NAME ? 1 : 0)
            .thenComparingLong(walk -> walk.until() == null ? Long.MAX_VALUE : walk.until().seq());
  }

  /** A way through the list: one condition and its index. */
  private record Way(Sql list, Sql seek, Order order, Optional<TagFilter> tag) {
    static final Way ALL = new Way(Sql.LIST_ALL, Sql.SEEK_ALL);
    static final Way OWNER = new Way(Sql.LIST_BY_OWNER, Sql.SEEK_BY_OWNER);
    static final Way DIALECT = new Way(Sql.LIST_BY_DIALECT, Sql.SEEK_BY_DIALECT);
    static final Way SHOWN = new Way(Sql.LIST_BY_SHOWN, Sql.SEEK_BY_SHOWN);
    static final Way NAME =
        new Way(Sql.LIST_BY_NAME, Sql.SEEK_BY_NAME, Order.NAME, Optional.empty());

    Way(Sql list, Sql seek) {
      this(list, seek, Order.AGE, Optional.empty());
    }

    static Way of(TagFilter tag) {
      return tag.value().isPresent()
          ? new Way(Sql.LIST_BY_TAG, Sql.SEEK_BY_TAG, Order.AGE, Optional.of(tag))
          : new Way(Sql.LIST_BY_KEY, Sql.SEEK_BY_KEY, Order.AGE, Optional.of(tag));
    }
  }
}
