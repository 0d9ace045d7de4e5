package org.millrace.testkit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;
import org.millrace.engine.views.TaskQuery.TagFilter;

/** Asking for a list. Immutable: each method returns a changed copy. */
public record Asking(TaskQuery query) {

  /** For all tasks, on pages of a hundred. */
  public static Asking forAll() {
    return new Asking(
        new TaskQuery(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            100,
            Optional.empty(),
            Detail.GLANCE));
  }

  /** For those of one owner. */
  public Asking of(String owner) {
    return with(
        Optional.of(new Owner(owner)),
        query.dialect(),
        query.namePrefix(),
        query.shown(),
        query.tags());
  }

  /** For those that came through one dialect. */
  public Asking through(String dialect) {
    return with(
        query.owner(), Optional.of(dialect), query.namePrefix(), query.shown(), query.tags());
  }

  /** For those whose names begin so. */
  public Asking named(String prefix) {
    return with(query.owner(), query.dialect(), Optional.of(prefix), query.shown(), query.tags());
  }

  /** For those shown in one state. */
  public Asking shownAs(TaskState state) {
    return with(
        query.owner(), query.dialect(), query.namePrefix(), Optional.of(state), query.tags());
  }

  /** For those with a tag of that key. */
  public Asking tagged(String key) {
    return tagged(new TagFilter(key, Optional.empty()));
  }

  /** For those with that tag. */
  public Asking tagged(String key, String value) {
    return tagged(new TagFilter(key, Optional.of(value)));
  }

  private Asking tagged(TagFilter filter) {
    var tags = new ArrayList<>(query.tags());
    tags.add(filter);
    return with(query.owner(), query.dialect(), query.namePrefix(), query.shown(), tags);
  }

  /** On pages of that size. */
  public Asking onPagesOf(int size) {
    return with(size, query.token(), query.detail());
  }

  /** With spec and attempts. */
  public Asking inFull() {
    return with(query.size(), query.token(), Detail.FULL);
  }

  /** For the page that a token names. */
  public Asking from(String token) {
    return with(query.size(), Optional.of(token), query.detail());
  }

  /** For the page after this one, which must not be the last. */
  public Asking after(Page page) {
    return from(page.next().orElseThrow(() -> new AssertionError("no next page")));
  }

  private Asking with(
      Optional<Owner> owner,
      Optional<String> dialect,
      Optional<String> namePrefix,
      Optional<TaskState> shown,
      List<TagFilter> tags) {
    return new Asking(
        new TaskQuery(
            owner, dialect, namePrefix, shown, tags, query.size(), query.token(), query.detail()));
  }

  private Asking with(int size, Optional<String> token, Detail detail) {
    return new Asking(
        new TaskQuery(
            query.owner(),
            query.dialect(),
            query.namePrefix(),
            query.shown(),
            query.tags(),
            size,
            token,
            detail));
  }
}
