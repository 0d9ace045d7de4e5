package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.Space;
import org.millrace.engine.documents.DocumentViewStore.Search;

/**
 * The part of an index that has all documents that patterns may fit, and the patterns as SQLite
 * writes them.
 *
 * @param creator exactly; null if it is a pattern, or the target tells more
 * @param fromTarget the range begins with this target's id
 * @param fromCreator and, with that target, with this creator's
 * @param end the range ends before this target's id; null: with the last of the space
 */
record WildcardRange(
    Space space,
    @Nullable String creator,
    String fromTarget,
    String fromCreator,
    @Nullable String end,
    String targetGlob,
    String creatorGlob) {

  /** The least character: nothing stands between a text and the same with this one added. */
  private static final String NEXT = "\0";

  /** Empty if no document can fit. */
  static Optional<WildcardRange> of(Search search) {
    if (Document.unfit(search.target()).isPresent()
        || Document.unfit(search.creator()).isPresent()) {
      return Optional.empty(); // no document has such an id, and SQLite would read it otherwise
    }
    boolean exactTarget = isExact(search.target());
    String prefix = prefix(search.target());
    return Optional.of(
        new WildcardRange(
            search.space(),
            !exactTarget && isExact(search.creator()) ? search.creator() : null,
            prefix,
            "",
            exactTarget ? prefix + NEXT : NameRange.of(prefix).end(),
            glob(search.target()),
            glob(search.creator())));
  }

  /** All of one creator that come after a target. */
  static Optional<WildcardRange> ofCreator(
      Space space, String creator, Optional<String> afterTarget) {
    return Document.unfit(creator).isPresent()
        ? Optional.empty()
        : Optional.of(
            new WildcardRange(
                space,
                creator,
                afterTarget.map(target -> target + NEXT).orElse(""),
                "",
                null,
                "*",
                "*"));
  }

  /** What comes after a document. */
  WildcardRange after(Document document) {
    boolean before = compare(document.targetId(), fromTarget) < 0; // all of the range is after it
    return before
        ? this
        : new WildcardRange(
            space,
            creator,
            isStillToCome(document) ? document.targetId() : document.targetId() + NEXT,
            document.creatorId() + NEXT,
            end,
            targetGlob,
            creatorGlob);
  }

  /** Whether some of the same target come after it: with one creator, if that one's name does. */
  private boolean isStillToCome(Document document) {
    return creator == null || compare(document.creatorId(), creator) < 0;
  }

  private static int compare(String one, String other) {
    return Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());
  }

  private static boolean isExact(String pattern) {
    return pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0;
  }

  private static String prefix(String pattern) {
    int length = 0;
    while (length < pattern.length()
        && pattern.charAt(length) != '*'
        && pattern.charAt(length) != '?') {
      length++;
    }
    return pattern.substring(0, length);
  }

  /** SQLite's patterns know sets of characters too: a set of one stands for itself. */
  private static String glob(String pattern) {
    return pattern.replace("[", "[[]");
  }

  KeptStatement listing(Session session) throws SQLException {
    return set(session.on(creator == null ? Sql.DOCUMENTS_BY_TARGET : Sql.DOCUMENTS_BY_CREATOR));
  }

  KeptStatement counting(Session session) throws SQLException {
    return set(
        session.on(creator == null ? Sql.DOCUMENT_COUNT_BY_TARGET : Sql.DOCUMENT_COUNT_BY_CREATOR));
  }

  private KeptStatement set(KeptStatement statement) throws SQLException {
    statement
        .set("space", space.name())
        .set("from_target", fromTarget)
        .set("target", targetGlob)
        .set("creator", creator == null ? creatorGlob : creator);
    if (creator == null) {
      statement.set("from_creator", fromCreator);
    }
    new NameRange(fromTarget, end).setEnd(statement, "end");
    return statement;
  }
}
