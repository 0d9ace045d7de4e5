package org.millrace.domain.graph;

/**
 * What a node is called within its graph: what its author wrote, or the text of a number.
 *
 * @param text 1 to 200 characters, none of them a control character
 */
public record NodeKey(String text) implements Comparable<NodeKey> {
  private static final int LONGEST = 200;

  public NodeKey {
    if (text.isEmpty() || text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "the name of a node has 1 to " + LONGEST + " characters, not " + text.length());
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("the name of a node has no control characters");
    }
  }

  /** What an item of a node is called that is spread over a list. */
  public NodeKey item(int index) {
    return new NodeKey(text + "[" + index + "]");
  }

  @Override
  public int compareTo(NodeKey other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
