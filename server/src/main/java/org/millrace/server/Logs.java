package org.millrace.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.millrace.server.config.LoggingSection;
import org.millrace.server.config.LoggingSection.Format;
import org.slf4j.LoggerFactory;

/**
 * Sets up where messages go. Standard output belongs to commands, so messages go to standard error.
 */
final class Logs {
  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} -"
          + " %replace(%msg){'[\\x00-\\x1F\\x7F]+',' '}%n";

  private Logs() {}

  /** Warnings alone, for commands that are not servers. */
  static void quiet() {
    LoggerContext context = fresh();
    root(context).setLevel(Level.WARN);
    root(context).addAppender(console(context, Format.TEXT));
  }

  static void configure(LoggingSection config) {
    LoggerContext context = fresh();
    Logger root = root(context);
    root.setLevel(Level.valueOf(config.level()));
    root.addAppender(console(context, config.format()));
    config.folder().ifPresent(folder -> root.addAppender(files(context, config.format(), folder)));
    context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
    context.getLogger("org.flywaydb").setLevel(Level.WARN);
    context.getLogger("org.apache.qpid").setLevel(Level.WARN);
    context.getLogger("qpid").setLevel(Level.WARN); // a line for each channel that is opened
    config
        .levels()
        .forEach((name, level) -> context.getLogger(name).setLevel(Level.valueOf(level)));
  }

  private static LoggerContext fresh() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    return context;
  }

  private static Logger root(LoggerContext context) {
    return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private static Appender<ILoggingEvent> console(LoggerContext context, Format format) {
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder(context, format));
    console.start();
    return console;
  }

  private static Appender<ILoggingEvent> files(LoggerContext context, Format format, Path folder) {
    var file = new RollingFileAppender<ILoggingEvent>();
    file.setContext(context);
    file.setFile(folder.resolve("millrace.log").toString());
    var rolling = new SizeAndTimeBasedRollingPolicy<ILoggingEvent>();
    rolling.setContext(context);
    rolling.setParent(file);
    rolling.setFileNamePattern(folder.resolve("millrace.%d.%i.log.gz").toString());
    rolling.setMaxFileSize(FileSize.valueOf("100MB"));
    rolling.setMaxHistory(30);
    rolling.setTotalSizeCap(FileSize.valueOf("2GB"));
    rolling.start();
    file.setRollingPolicy(rolling);
    file.setEncoder(encoder(context, format));
    file.start();
    return file;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, Format format) {
    return switch (format) {
      case TEXT -> {
        var lines = new PatternLayoutEncoder();
        lines.setContext(context);
        lines.setPattern(LINE);
        lines.start();
        yield lines;
      }
      case JSON -> {
        var json = new JsonEncoder();
        json.setContext(context);
        json.setWithFormattedMessage(true);
        json.setWithMessage(false);
        json.setWithContext(false);
        json.start();
        yield json;
      }
    };
  }
}
