package org.millrace.domain.caller;

import java.util.Optional;

/**
 * Who makes a request, decided in one place for all faces.
 *
 * @param owner whose name new tasks get
 * @param seesAll without sign-in there is nobody to hide from ({@code contracts/tes.md 10.3})
 */
public record Caller(Owner owner, boolean seesAll) {

  /** Anybody, on a server without sign-in. */
  public static final Caller ANONYMOUS = new Caller(Owner.ANONYMOUS, true);

  public static Caller of(String subject) {
    return new Caller(new Owner(subject), false);
  }

  public boolean sees(Owner other) {
    return seesAll || owner.equals(other);
  }

  /** What lists are narrowed to. */
  public Optional<Owner> onlyTasksOf() {
    return seesAll ? Optional.empty() : Optional.of(owner);
  }
}
