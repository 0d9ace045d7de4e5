package org.millrace.http.signin;

import java.util.List;
import org.millrace.domain.caller.Caller;

/**
 * Decides who calls. Thread-safe; asked before the body of a request is read, and not at all for
 * open routes.
 */
public interface SignIn {

  /**
   * Who sent these.
   *
   * @throws org.millrace.domain.failure.Refusal unauthenticated; too many, for an address that
   *     keeps failing; or unavailable, when it cannot be decided now
   */
  Caller caller(Credentials credentials);

  /** What a 401 sends as {@code WWW-Authenticate}, one line each. */
  List<String> challenges();

  /**
   * Whether callers prove who they are. Where they do not, nothing but the name in a browser's
   * request tells its user's pages from those of strangers, and the server looks at that.
   */
  default boolean asksForCredentials() {
    return true;
  }

  /**
   * Whether credentials that come are always looked at, so that no stranger's page can pass with
   * such as it made up.
   */
  default boolean checksCredentials() {
    return asksForCredentials();
  }

  /** Whether it must not be used on an address that others can reach. */
  default boolean onlyOnLoopback() {
    return false;
  }
}
