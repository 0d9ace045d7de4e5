package org.millrace.domain.failure;

/** Carries a {@link Failure} from where it is found to the edge that answers. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Failure failure;

  public Refusal(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }

  /** The usual refusal: a field of the request, and what is wrong with it. */
  public static Refusal invalid(String field, String reason) {
    return new Refusal(new Failure.Invalid(field, reason));
  }
}
