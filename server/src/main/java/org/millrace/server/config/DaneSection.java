package org.millrace.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.dane.DaneConfig;
import org.millrace.dane.DaneConfig.HttpAuth;
import org.millrace.dane.JobFolders;
import org.millrace.dane.elasticsearch.ElasticsearchConfig;
import org.millrace.dane.elasticsearch.ElasticsearchConfig.Pair;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.http.signin.Network;

/**
 * What is said of DANE.
 *
 * @param jobs where folders of jobs are made; empty: nowhere
 * @param elasticsearch what workers take for that
 */
public record DaneSection(
    DaneConfig config, Optional<JobFolders> jobs, ElasticsearchConfig elasticsearch) {

  static DaneSection read(SettingsReader read, FacesSection faces, boolean hasUsers) {
    DaneConfig usual = DaneConfig.standard();
    String space = read.text("dane.space", usual.space().name());
    String owner = read.text("dane.user", usual.owner().name());
    List<Network> networks = networks(read);
    HttpAuth auth = auth(read, faces, hasUsers, !networks.isEmpty());
    String exchange = read.text("dane.exchange", usual.exchange());
    String jobExchange = read.text("dane.job-exchange", exchange);
    String responseQueue = read.text("dane.response-queue", usual.responseQueue());
    Duration second = Duration.ofSeconds(1);
    Duration answerWithin = read.duration("dane.answer-within", usual.answerWithin(), second);
    RetryPolicy retry = retry(read, usual.retry());
    long bodyBytes = read.size("dane.body-bytes", usual.bodyBytes(), 64 << 10, 1 << 30);
    DaneConfig config =
        read.checked(() ->
                new DaneConfig(
                    new Space(space),
                    new Owner(owner),
                    auth,
                    networks,
                    exchange,
                    jobExchange,
                    responseQueue,
                    answerWithin,
                    retry,
                    bodyBytes))
            .orElse(usual);
    return new DaneSection(config, jobs(read), elasticsearch(read, faces, config.space()));
  }

  /**
   * Whoever says nothing acts as {@code dane.user}, unless somebody who should not can reach it.
   */
  private static HttpAuth auth(
      SettingsReader read, FacesSection faces, boolean hasUsers, boolean hasNetworks) {
    boolean reachable = faces.isReachable(FacesSection.DANE);
    boolean closed = (reachable || hasUsers) && !hasNetworks;
    HttpAuth usual = closed ? HttpAuth.REQUIRED : HttpAuth.OPEN;
    HttpAuth said = read.choice("dane.http-auth", HttpAuth.class, usual);
    if (said == HttpAuth.OPEN && reachable && !hasNetworks) {
      read.problem(
          "dane.http-auth",
          "others can reach DANE's face, and nobody would sign in: set it to required and add users"
              + " below security.users, name in dane.open-to the networks that need not, or let"
              + " http.host and faces.dane.listen be "
              + ServerConfig.LOOPBACK);
    }
    return said;
  }

  /** The faces that see to it themselves who may call where others can reach them. */
  Set<String> guarded() {
    boolean opened = config.httpAuth() == HttpAuth.OPEN && !config.networks().isEmpty();
    return opened
        ? Set.of(FacesSection.HEALTH, FacesSection.ELASTICSEARCH, FacesSection.DANE)
        : Set.of(FacesSection.HEALTH, FacesSection.ELASTICSEARCH);
  }

  private static RetryPolicy retry(SettingsReader read, RetryPolicy usual) {
    int attempts = read.integer("dane.retry.attempts", usual.attempts(), 1, 1000);
    Duration first = read.duration("dane.retry.first", usual.first(), Duration.ZERO);
    Duration most = read.duration("dane.retry.most", usual.most(), Duration.ZERO);
    return read.checked("dane.", () -> new RetryPolicy(attempts, first, most, true)).orElse(usual);
  }

  private static Optional<JobFolders> jobs(SettingsReader read) {
    Optional<Path> temp = read.optionalPath("dane.job.temp-folder");
    Optional<Path> out = read.optionalPath("dane.job.out-folder");
    if (temp.isPresent() != out.isPresent()) {
      read.problem(
          "dane.job.temp-folder",
          "give dane.job.temp-folder and dane.job.out-folder together, or neither");
    }
    return temp.isPresent() && out.isPresent()
        ? read.checked(() -> new JobFolders(temp.get(), out.get()))
        : Optional.empty();
  }

  private static List<Network> networks(SettingsReader read) {
    return read.list("dane.open-to").stream()
        .flatMap(text -> read.checked("dane.open-to: ", () -> Network.parse(text)).stream())
        .toList();
  }

  private static ElasticsearchConfig elasticsearch(
      SettingsReader read, FacesSection faces, Space space) {
    ElasticsearchConfig usual = ElasticsearchConfig.standard();
    String index = read.text("dane.elasticsearch.index", usual.index());
    long bodies = read.size("dane.elasticsearch.body-bytes", usual.bodyBytes(), 64 << 10, 1 << 30);
    Optional<Pair> pair = workers(read, faces);
    return read.checked(() -> new ElasticsearchConfig(space, index, pair, bodies)).orElse(usual);
  }

  /** What workers sign in with where they search and save results; empty: nobody asks. */
  private static Optional<Pair> workers(SettingsReader read, FacesSection faces) {
    Optional<String> user = read.optionalText("dane.workers.user");
    Optional<String> password = read.secret("dane.workers.password");
    if (user.isPresent() != password.isPresent()) {
      read.problem("dane.workers.user", "user and password are given together, or neither");
    }
    if (user.isEmpty() && faces.isReachable(FacesSection.ELASTICSEARCH)) {
      read.problem(
          "dane.workers.user",
          "others can reach what faces.elasticsearch.listen says: give user and password that"
              + " workers have as ELASTICSEARCH.USER and .PASSWORD");
    }
    return user.flatMap(
        name -> password.flatMap(secret -> read.checked(() -> new Pair(name, secret))));
  }

  /** What workers bind their queues to. */
  List<String> exchanges() {
    return List.of(config.exchange(), config.jobExchange()).stream().distinct().toList();
  }
}
