package org.millrace.transfer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.util.Timeout;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.services.AllowedAddresses;
import org.millrace.engine.services.NoAnswer;
import org.millrace.engine.services.ServiceClient;
import org.millrace.engine.staging.RequestSecrets;

/**
 * Asks services over HTTP, and looks names up for those who dial by themselves. The promises are
 * those of the ports. Thread-safe.
 */
public final class ServiceHttp implements ServiceClient, AllowedAddresses {
  private static final int MOST_REDIRECTS = 5;

  /** So much later a read gives up by itself: the watch, which says how long that was, is first. */
  private static final Duration AFTER_THE_WATCH = Duration.ofSeconds(5);

  /** A duration that one of milliseconds can say; limits beyond are as good as none. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private final HttpClients clients;

  public ServiceHttp(HttpClients clients) {
    this.clients = clients;
  }

  @Override
  public void check(String field, String url) {
    HttpUrl parsed;
    try {
      parsed = HttpUrl.parse(url);
    } catch (HttpUrl.Malformed malformed) {
      throw Refusal.invalid(field, "the URL " + malformed.reason());
    }
    parsed
        .literalAddress()
        .flatMap(address -> clients.destinations().objection(parsed.host(), address))
        .ifPresent(cause -> {
          throw new Refusal(new Failure.Denied(field, cause.toString()));
        });
  }

  @Override
  public List<InetAddress> of(String host) throws NoAnswer, InterruptedException {
    try {
      return List.of(clients.names().resolve(host));
    } catch (CheckedNames.DestinationRefused refused) {
      throw new NoAnswer(refused.why(), false);
    } catch (UnknownHostException _) {
      if (Thread.interrupted()) { // the resolver of the client can say it no other way
        throw new InterruptedException("interrupted while " + host + " was looked up");
      }
      throw new NoAnswer(
          Cause.ofCaller("host-unknown", "no address found for host " + host, ""), true);
    }
  }

  @Override
  public Answer ask(ServiceClient.Ask ask, Duration within) throws NoAnswer, InterruptedException {
    if (Thread.interrupted()) { // a service that answers at once would not be waited for
      throw new InterruptedException("interrupted before a request was sent");
    }
    Duration limit = within.compareTo(LONGEST) > 0 ? LONGEST : within;
    HttpUrl url = parsed(ask.url());
    var exchange = new Exchange(ask, url, limit);
    try {
      // within one window nothing is enough: it is the time for all of it
      return new WatchedExchange(exchange::abort, () -> 0, limit, 1).run(exchange::answer);
    } catch (WatchedExchange.Crawling _) {
      throw silent(exchange.what(), limit);
    } catch (Fault fault) {
      throw new NoAnswer(fault.why(), fault.again() != Fault.Again.NEVER);
    } catch (IOException problem) {
      Fault fault = HttpPeer.fault(exchange.ask, exchange.at, problem);
      throw new NoAnswer(fault.why(), fault.again() != Fault.Again.NEVER);
    }
  }

  private static HttpUrl parsed(String url) throws NoAnswer {
    try {
      return HttpUrl.parse(url);
    } catch (HttpUrl.Malformed malformed) {
      throw new NoAnswer(
          Cause.ofCaller("url-malformed", "the URL " + malformed.reason(), ""), false);
    }
  }

  private static NoAnswer silent(String what, Duration limit) {
    return new NoAnswer(
        new Cause("peer-silent", what + ": no whole answer within " + limit.toMillis() + " ms", ""),
        true);
  }

  /** One request, with the redirects it meets. Its own thread works on it, another may abort it. */
  private final class Exchange {
    private final ServiceClient.Ask given;
    private final RequestConfig timeouts;
    private volatile HttpPeer.Ask ask;
    private volatile HttpUrl at;
    private volatile HttpUriRequestBase request;

    Exchange(ServiceClient.Ask given, HttpUrl url, Duration limit) {
      this.given = given;
      this.timeouts =
          RequestConfig.custom()
              .setConnectionRequestTimeout(Timeout.of(limit))
              .setResponseTimeout(Timeout.of(limit.plus(AFTER_THE_WATCH)))
              .setProtocolUpgradeEnabled(false)
              .setAuthenticationEnabled(false)
              .build();
      this.ask = asked(given, url);
      this.at = url;
      this.request = HttpPeer.request(ask, at);
    }

    String what() {
      return HttpPeer.what(ask, at);
    }

    void abort() {
      request.abort();
    }

    Answer answer() throws IOException, Fault {
      for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
        Optional<Answer> answer = step();
        if (answer.isPresent()) {
          return answer.get();
        }
      }
      throw Fault.forGood(
          "redirect-loop",
          HttpPeer.what(ask, ask.url()) + " was redirected more than " + MOST_REDIRECTS + " times",
          "give the final URL");
    }

    /** The answer; empty if it leads elsewhere, where the next step asks. */
    private Optional<Answer> step() throws IOException, Fault {
      request = HttpPeer.request(ask, at);
      request.setConfig(timeouts);
      HttpHost host = new HttpHost(at.scheme(), at.host(), at.port());
      ClassicHttpResponse response =
          clients.freshConnections().executeOpen(host, request, HttpClientContext.create());
      try {
        Optional<HttpUrl> to = moved(response);
        if (to.isEmpty()) {
          return Optional.of(read(response));
        }
        ask = at.trusts(to.get()) ? ask : withoutSecrets(ask);
        at = to.get();
        return Optional.empty();
      } finally {
        HttpPeer.leave(request, response);
      }
    }

    private Optional<HttpUrl> moved(ClassicHttpResponse response) throws Fault {
      int status = response.getCode();
      Header location = response.getFirstHeader(HttpHeaders.LOCATION);
      if (given.accepted().contains(status) || location == null) {
        return Optional.empty();
      }
      boolean moved =
          switch (status) {
            case 307, 308 -> true;
            case 301, 302, 303 -> {
              if (!given.method().equals("GET") && !given.method().equals("HEAD")) {
                throw Fault.forGood(
                    "redirect-refused",
                    what()
                        + " was answered "
                        + HttpPeer.phrase(status)
                        + ", which does not say that it is to be sent elsewhere as it is",
                    "give the final URL, or accept this status if it says that all is done");
              }
              yield true;
            }
            default -> false;
          };
      return moved ? Optional.of(HttpPeer.target(ask, at, location.getValue())) : Optional.empty();
    }

    private Answer read(ClassicHttpResponse response) throws IOException {
      Optional<String> type =
          Optional.ofNullable(response.getFirstHeader(HttpHeaders.CONTENT_TYPE))
              .map(Header::getValue);
      HttpEntity entity = response.getEntity();
      if (entity == null) {
        return new Answer(response.getCode(), type, "", false);
      }
      var body = new ByteArrayOutputStream();
      boolean isCut = false;
      InputStream content = entity.getContent(); // closing it would read it to its end
      byte[] piece = new byte[8_192];
      for (int got = content.read(piece); got >= 0; got = content.read(piece)) {
        int room = given.mostBytes() - body.size();
        body.write(piece, 0, Math.min(got, room));
        if (got > room) {
          isCut = true;
          break;
        }
      }
      return new Answer(response.getCode(), type, body.toString(StandardCharsets.UTF_8), isCut);
    }
  }

  /** Says that the connection is not kept, which those who speak HTTP/1.1 would wait for. */
  private static HttpPeer.Ask asked(ServiceClient.Ask given, HttpUrl url) {
    List<Header> headers = new ArrayList<>();
    headers.add(new BasicHeader(HttpHeaders.CONNECTION, "close"));
    given
        .content()
        .ifPresent(
            content -> headers.add(new BasicHeader(HttpHeaders.CONTENT_TYPE, content.type())));
    for (Map.Entry<String, String> header : given.headers().entrySet()) {
      headers.add(new BasicHeader(header.getKey(), header.getValue()));
    }
    return new HttpPeer.Ask(
        given.method(), url, headers, given.content().map(content -> () -> entity(content)));
  }

  private static HttpEntity entity(Content content) {
    return new ByteArrayEntity( // the header says the type
        content.text().getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_OCTET_STREAM);
  }

  private static HttpPeer.Ask withoutSecrets(HttpPeer.Ask ask) {
    List<Header> open =
        ask.headers().stream()
            .filter(header -> !RequestSecrets.isSecret(header.getName()))
            .toList();
    return new HttpPeer.Ask(ask.method(), ask.url(), open, ask.body());
  }
}
