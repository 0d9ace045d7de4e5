package org.millrace.http;

import java.time.Duration;

/**
 * One request and what became of it. All of it is safe as a label of a metric.
 *
 * @param face its name; empty for a request that could not be read
 * @param route the template, base path included; empty where none matched
 * @param method as sent, or {@code OTHER} if it is none of the usual ones
 * @param status as sent; 499 when the client had gone before its end, 500 when it broke off here
 * @param duration from the first byte of the request to the last of the answer handed to the
 *     connection
 * @param bytes of the answer's body
 */
public record Answered(
    String face, String route, String method, int status, Duration duration, long bytes) {}
