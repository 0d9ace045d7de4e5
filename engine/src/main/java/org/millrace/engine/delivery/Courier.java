package org.millrace.engine.delivery;

/** Carries deliveries of one channel. Thread-safe; obeys interruption. */
public interface Courier {

  /** Which deliveries it carries. */
  String channel();

  /** Returns once the peer has taken it. */
  void carry(Delivery.Draft draft) throws NotDelivered, InterruptedException;

  /** The peer did not take it. */
  final class NotDelivered extends Exception {
    private static final long serialVersionUID = 1L;
    private final String error;
    private final boolean forGood;

    /**
     * @param error what went wrong, free of secrets
     * @param forGood trying again is useless
     */
    public NotDelivered(String error, boolean forGood) {
      super(error);
      this.error = error;
      this.forGood = forGood;
    }

    public String error() {
      return error;
    }

    public boolean isForGood() {
      return forGood;
    }
  }
}
