package org.millrace.tes;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;
import org.millrace.engine.views.TaskQuery.TagFilter;
import org.millrace.http.Query;

/**
 * What a list is asked for.
 *
 * <p>Contract ({@code contracts/tes.md 3.3}): all filters combine with AND; an empty parameter is
 * the same as none. {@code tag_key} and {@code tag_value} are paired by position, a missing or
 * empty value matches any; more values than keys are refused. A page size of zero or less means
 * 256, one above 2047 means 2047; what is no whole number is refused. A token that is not ours is
 * the store's to refuse.
 */
record ListRequest(
    View view,
    Optional<TesState> state,
    Optional<String> namePrefix,
    List<TagFilter> tags,
    int size,
    Optional<String> token) {
  private static final int USUAL_SIZE = 256;
  private static final int GREATEST_SIZE = 2047;
  private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]{1,1000}");

  static ListRequest of(Query query) {
    return new ListRequest(
        query.choice("view", View.MINIMAL),
        query.choice("state", TesState.class),
        text(query, "name_prefix"),
        tags(query),
        size(query),
        text(query, "page_token"));
  }

  /** The same for the engine, which is asked for ids and states; more is read one by one. */
  TaskQuery query(ShownStates states) {
    return new TaskQuery(
        Optional.empty(),
        Optional.of(TesMapper.DIALECT),
        namePrefix,
        state.flatMap(states::asked),
        tags,
        size,
        token,
        Detail.GLANCE);
  }

  private static Optional<String> text(Query query, String name) {
    return query.one(name).filter(text -> !text.isEmpty());
  }

  private static List<TagFilter> tags(Query query) {
    List<String> keys = query.all("tag_key");
    List<String> values = query.all("tag_value");
    if (values.size() > keys.size()) {
      throw Refusal.invalid(
          "tag_value", values.size() + " were given for " + keys.size() + " of tag_key");
    }
    var filters = new ArrayList<TagFilter>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      Optional<String> value = i < values.size() ? Optional.of(values.get(i)) : Optional.empty();
      filters.add(new TagFilter(keys.get(i), value.filter(text -> !text.isEmpty())));
    }
    return filters;
  }

  private static int size(Query query) {
    String text = text(query, "page_size").map(String::strip).orElse("0");
    if (!WHOLE_NUMBER.matcher(text).matches()) {
      throw Refusal.invalid("page_size", Quoted.of(text) + " is not a whole number");
    }
    var asked = new BigInteger(text);
    return asked.signum() <= 0
        ? USUAL_SIZE
        : asked.min(BigInteger.valueOf(GREATEST_SIZE)).intValueExact();
  }
}
