package org.millrace.http.health;

import java.util.function.Supplier;
import org.millrace.http.Access;

/**
 * What {@code /metrics} shows.
 *
 * @param text in the Prometheus text format; asked per scrape, thread-safe
 * @param access whether a scraper must sign in
 */
public record Metrics(Supplier<String> text, Access access) {}
