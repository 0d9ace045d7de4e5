package org.millrace.http.signin;

import java.util.List;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * Whoever says nothing acts as one known caller; whoever says who they are must prove it to the
 * others' sign-in, unless that asks nobody. For faces whose clients have no way to sign in.
 *
 * @param nobody as whom they act who say nothing
 * @param others for those who say who they are
 * @param networks from where one may say nothing, by the address of the peer, be it a proxy; empty:
 *     from everywhere, but then only on loopback
 */
public record OpenTo(Caller nobody, SignIn others, List<Network> networks) implements SignIn {

  public OpenTo {
    networks = List.copyOf(networks);
  }

  @Override
  public Caller caller(Credentials credentials) {
    boolean saysWho = credentials.authorization().isPresent() && others.asksForCredentials();
    if (!saysWho && isOpenTo(credentials)) {
      return nobody;
    }
    if (!others.asksForCredentials()) {
      throw new Refusal(
          new Failure.Denied(
              "this is not open to "
                  + credentials.from().getHostAddress()
                  + " without sign-in, and nobody can sign in here; an operator can name its"
                  + " network"));
    }
    return others.caller(credentials);
  }

  private boolean isOpenTo(Credentials credentials) {
    return networks.isEmpty()
        || networks.stream().anyMatch(network -> network.contains(credentials.from()));
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
  public boolean checksCredentials() {
    return others.asksForCredentials();
  }

  @Override
  public boolean onlyOnLoopback() {
    return networks.isEmpty();
  }
}
