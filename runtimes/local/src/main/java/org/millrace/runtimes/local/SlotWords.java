package org.millrace.runtimes.local;

import java.util.List;

/**
 * What the supervisor does with a slot's control groups for one executor, in shell text. Pure.
 *
 * @param join files into which a process writes 0 to enter
 * @param members files that list who is in
 * @param before lines that forget what was counted so far
 * @param after lines that set {@code cpu}, {@code peak} and {@code oom}
 * @param measuredBy the word for it in an exit record
 */
record SlotWords(
    List<String> join, List<String> members, String before, String after, String measuredBy) {
  /** Nothing is limited or counted. */
  static final SlotWords NONE = new SlotWords(List.of(), List.of(), "", "", "none");

  SlotWords {
    join = List.copyOf(join);
    members = List.copyOf(members);
  }
}
