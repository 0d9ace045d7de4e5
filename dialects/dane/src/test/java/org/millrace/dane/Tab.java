package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.testkit.runtime.Waiting;

/**
 * A tab of a browser, used as a reader does: what is clicked must be seen, enabled and not covered
 * by something else. Everything waits for what must come about.
 */
final class Tab implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /** Clicks what says exactly this, if there is one such thing that a reader could click. */
  private static final String CLICK =
      """
      (area, label) => {
        const all = [...document.querySelectorAll(area)]
          .flatMap((each) => [...each.querySelectorAll("button, a, summary, td")])
          .filter((each) => each.checkVisibility() && each.innerText.trim() === label);
        if (all.length !== 1 || all[0].disabled) return false;
        all[0].scrollIntoView({ block: "center", behavior: "instant" });
        const box = all[0].getBoundingClientRect();
        const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (!all[0].contains(hit)) return false;
        hit.click();
        return true;
      }
      """;

  private static final String ENTER =
      """
      (area, name, value) => {
        const input = document.querySelector(`${area} [name="${name}"]`);
        if (!input?.checkVisibility()) return false;
        input.focus();
        input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
        return input.value === value;
      }
      """;

  private static final String SEEN =
      """
      (selector) => {
        const found = document.querySelector(selector);
        return found?.checkVisibility() ? found.innerText : "";
      }
      """;

  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private final AtomicInteger challenges = new AtomicInteger();
  private final DevTools page;
  private final Runnable leave;
  private volatile Map<String, String> signIn = Map.of();

  /**
   * Looks at a page.
   *
   * @param devTools of the page
   * @param leave has the browser forget it
   */
  Tab(HttpClient client, URI devTools, Runnable leave) {
    this.leave = leave;
    page = new DevTools(client, devTools, this::take);
    List.of("Page", "Runtime", "Log").forEach(domain -> page.tell(domain + ".enable", Map.of()));
  }

  private void take(String event, JsonNode told) {
    String request = told.path("requestId").asText();
    switch (event) {
      case "Runtime.exceptionThrown" -> troubles.add(told.toString());
      case "Log.entryAdded" -> {
        JsonNode entry = told.path("entry");
        boolean isRefusal = entry.path("source").asText().equals("network"); // the page says so
        if (entry.path("level").asText().equals("error") && !isRefusal) {
          troubles.add(entry.toString());
        }
      }
      case "Fetch.requestPaused" -> page.say("Fetch.continueRequest", Map.of("requestId", request));
      case "Fetch.authRequired" -> {
        challenges.incrementAndGet();
        page.say(
            "Fetch.continueWithAuth",
            Map.of("requestId", request, "authChallengeResponse", signIn));
      }
      default -> {}
    }
  }

  /** Answers in the reader's place when the browser asks for name and password. */
  void signInAs(String user, String password) {
    signIn = Map.of("response", "ProvideCredentials", "username", user, "password", password);
    page.tell("Fetch.enable", Map.of("handleAuthRequests", true));
  }

  /** How often it asked. */
  int challenges() {
    return challenges.get();
  }

  void go(String address) {
    page.tell("Page.navigate", Map.of("url", address));
    await(address, () -> evaluate("document.readyState === 'complete'").asBoolean());
  }

  /** Clicks the one thing of this label. */
  void click(String label) {
    click("body", label);
  }

  /**
   * Clicks the one thing of this label.
   *
   * @param area selects what it is in
   */
  void click(String area, String label) {
    await("click on '" + label + "' in " + area, () -> call(CLICK, area, label).asBoolean());
  }

  /** Enters a text, or chooses, in the form that is in an area. */
  void enter(String area, String name, String value) {
    await(name + " in " + area, () -> call(ENTER, area, name, value).asBoolean());
  }

  /** What a reader sees of the first such element; empty if there is none to be seen. */
  String text(String selector) {
    return call(SEEN, selector).asText();
  }

  /** How many there are. */
  int count(String selector) {
    return call("(it) => document.querySelectorAll(it).length", selector).asInt();
  }

  void awaitText(String selector, String... parts) {
    await(
        "in " + selector + ": " + String.join(" and ", parts),
        () -> {
          String text = text(selector);
          return List.of(parts).stream().allMatch(text::contains);
        });
  }

  void awaitCount(String selector, int count) {
    await(count + " of " + selector, () -> count(selector) == count);
  }

  /** What the address says after the sign of a fragment. */
  String place() {
    return evaluate("location.hash").asText();
  }

  JsonNode evaluate(String expression) {
    JsonNode answer =
        page.tell("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    assertThat(answer.has("exceptionDetails")).as(answer.toString()).isFalse();
    return answer.at("/result/value");
  }

  private JsonNode call(String function, String... arguments) {
    return evaluate("(" + function + ")(..." + JSON.valueToTree(arguments) + ")");
  }

  private void await(String what, Callable<Boolean> condition) {
    try {
      Waiting.until(condition);
    } catch (Exception | AssertionError failed) {
      throw new AssertionError(
          what + " did not come about; the page at " + place() + " says:\n" + text("body"), failed);
    }
  }

  /** Also says whether scripts failed, or wanted what the page may not. */
  @Override
  public void close() {
    page.close();
    leave.run();
    assertThat(troubles).isEmpty();
  }
}
