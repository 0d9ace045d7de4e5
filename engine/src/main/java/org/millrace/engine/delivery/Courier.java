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
    private final boolean forGood;

    /**
     * @param message free of secrets
     * @param forGood trying again is useless
     */
    public NotDelivered(String message, boolean forGood) {
      super(message);
      this.forGood = forGood;
    }

    public boolean isForGood() {
      return forGood;
    }
  }
}
