package org.millrace.http.signin;

import java.util.List;
import org.millrace.domain.caller.Caller;

/**
 * Whoever says nothing acts as one known caller; whoever says who they are must prove it to the
 * others' sign-in, unless that asks nobody. For faces whose clients have no way to sign in; only on
 * loopback.
 *
 * @param nobody as whom they act who say nothing
 * @param others for those who say who they are
 */
public record OpenTo(Caller nobody, SignIn others) implements SignIn {

  @Override
  public Caller caller(Credentials credentials) {
    return credentials.authorization().isPresent() && others.asksForCredentials()
        ? others.caller(credentials)
        : nobody;
  }

  @Override
  public List<String> challenges() {
    return others.challenges();
  }

  @Override
  public boolean asksForCredentials() {
    return false;
  }

  @Override
  public boolean onlyOnLoopback() {
    return true;
  }
}
