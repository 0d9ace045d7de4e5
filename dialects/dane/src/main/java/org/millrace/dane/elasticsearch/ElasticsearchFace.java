package org.millrace.dane.elasticsearch;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.millrace.engine.documents.Documents;
import org.millrace.http.ErrorForm;
import org.millrace.http.Face;
import org.millrace.http.FaceRules;
import org.millrace.http.Routes;
import org.millrace.http.signin.Anonymous;
import org.millrace.http.signin.BasicUsers;
import org.millrace.http.signin.SignIn;

/**
 * What DANE's workers take for Elasticsearch 7 ({@code contracts/dane.md 3.9}). For a listener of
 * its own: its paths begin at the root, and other faces have that too. Thread-safe.
 *
 * <p>Who signs in is the one pair of the workers, whoever else the server knows; without one,
 * nobody need, and then the server refuses to listen to anybody but this machine. Either sees one
 * space, and may do what a worker does there.
 */
public final class ElasticsearchFace implements Face {
  /** As listeners name it. */
  public static final String NAME = "elasticsearch";

  private final ElasticsearchConfig config;
  private final List<Routes> routes;
  private final SignIn signIn;

  /**
   * A face on these use cases.
   *
   * @param clock for the times of what is created
   */
  public ElasticsearchFace(ElasticsearchConfig config, Documents documents, InstantSource clock) {
    this.config = config;
    this.routes = List.of(new Operations(config, documents, clock).routes());
    this.signIn =
        config
            .workers()
            .<SignIn>map(pair -> BasicUsers.onePair(pair.user(), pair.password(), clock))
            .orElseGet(Anonymous::onLoopback);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Routes> routes() {
    return routes;
  }

  @Override
  public FaceRules rules() {
    return FaceRules.STANDARD.withBodyLimit(config.bodyBytes());
  }

  @Override
  public ErrorForm errors() {
    return new EsErrors();
  }

  @Override
  public Optional<SignIn> signIn() {
    return Optional.of(signIn);
  }
}
