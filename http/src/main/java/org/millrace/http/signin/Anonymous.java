package org.millrace.http.signin;

import java.util.List;
import org.millrace.domain.caller.Caller;

/**
 * No sign-in: everybody is the anonymous caller, who sees everything. An {@code Authorization}
 * header is ignored, however malformed, since some clients always send one ({@code contracts/tes.md
 * 2, 10.3}).
 *
 * @param onlyOnLoopback whether the server refuses to start with it on another address
 */
public record Anonymous(boolean onlyOnLoopback) implements SignIn {

  /** For one machine and one person. */
  public static Anonymous onLoopback() {
    return new Anonymous(true);
  }

  /** For an operator who has said that everybody may. */
  public static Anonymous anywhere() {
    return new Anonymous(false);
  }

  @Override
  public Caller caller(Credentials credentials) {
    return Caller.ANONYMOUS;
  }

  @Override
  public List<String> challenges() {
    return List.of();
  }

  @Override
  public boolean asksForCredentials() {
    return false;
  }
}
