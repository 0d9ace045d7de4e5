/**
 * Tests against recordings of the original programs ({@code src/test/resources/dane}), a real
 * RabbitMQ ({@code RabbitNode}), and peers over loopback.
 */
@NullMarked
package org.millrace.sdk;

import org.jspecify.annotations.NullMarked;
