package org.millrace.sdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker of the document era: takes tasks from its queue, one at a time, and answers them ({@code
 * contracts/dane.md 3.5, 6.6}).
 *
 * <pre>{@code
 * Worker worker =
 *     Worker.named("filesize_queue")
 *         .bindingKey("#.FILESIZE")
 *         .config(Config.load())
 *         .callback((task, document, self) -> Answer.success())
 *         .build();
 * worker.run();
 * }</pre>
 *
 * <p>{@link #run} connects, declares queue and exchange as every DANE program does, and connects
 * and declares again whenever the broker goes away; the pause between attempts grows to ten
 * seconds. A message is acknowledged when the broker has confirmed its answer, so a task is never
 * lost, and answered twice at worst. Work under way outlives the connection: its answer is
 * published on the next one with the correlation id it came with, and its message, when it comes
 * again, is not worked on a second time.
 *
 * <p>While the queue for an answer is missing, its message is kept, no other is taken, and the
 * answer is published again each second: a server declares its queue when it comes. After ten
 * minutes the answer is dropped with a warning, so that one who has asked and gone blocks no
 * worker; at once if the queue was one that the broker named ({@code amq.gen-...}) or that of a
 * {@link RequestGenerator}, because such a queue never comes back.
 *
 * <p>Its methods may be called from any thread; {@link #stop} from a shutdown hook, for instance.
 */
public final class Worker implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private final List<String> bindingKeys;
  private final Config config;
  private final Callback callback;
  private final @Nullable Handler handler;
  private final boolean ownHandler;
  private final @Nullable Generator generator;
  private final DocumentWork work;
  private final BrokerLoop loop;

  private Worker(Builder builder, Callback callback) {
    this.bindingKeys = List.copyOf(builder.bindingKeys);
    this.config = builder.config;
    this.callback = callback;
    Subscription subscription = new Subscription(Broker.of(config), builder.queue, bindingKeys);
    this.generator =
        builder.generator != null
            ? builder.generator
            : GitRevision.generator(Path.of(""), builder.queue);
    this.ownHandler = builder.handler == null && !builder.noApi;
    this.handler = ownHandler ? ElasticsearchHandler.connect(config) : builder.handler;
    this.work = new DocumentWork(builder.dependsOn, handler);
    this.loop = new BrokerLoop(subscription, this::decide);
  }

  /** Begins a worker; workers of one kind share the name of their queue. */
  public static Builder named(String queue) {
    return new Builder(queue);
  }

  /** Begins a worker of a program. */
  public static Builder program(WorkerProgram program, Config config) {
    Builder builder = named(program.queue()).config(config).callback(program);
    program.bindingKeys().forEach(builder::bindingKey);
    program.dependsOn().forEach(builder::dependsOn);
    program.generator().ifPresent(builder::generator);
    return builder;
  }

  /**
   * Begins a worker of a program that is named by its class, a {@link WorkerProgram} with a public
   * constructor that takes a {@link Config} or nothing.
   *
   * @throws IllegalArgumentException if there is no such class, or it is none; the message says
   *     which
   */
  public static Builder program(String className, ClassLoader classes, Config config) {
    try {
      Class<?> type = Class.forName(className, true, classes);
      if (!WorkerProgram.class.isAssignableFrom(type)) {
        throw new IllegalArgumentException(className + " is no " + WorkerProgram.class.getName());
      }
      return program((WorkerProgram) made(type, config), config);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "there is no class " + className + " on the class path", e);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          className + " could not be made: " + DocumentWork.said(e.getTargetException()), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          className + " needs a public constructor that takes a Config or nothing", e);
    }
  }

  private static Object made(Class<?> type, Config config) throws ReflectiveOperationException {
    for (Constructor<?> constructor : type.getConstructors()) {
      if (List.of(constructor.getParameterTypes()).equals(List.of(Config.class))) {
        return constructor.newInstance(config);
      }
    }
    return type.getConstructor().newInstance();
  }

  /**
   * Works until {@link #stop}, or until this thread is interrupted. A worker runs once.
   *
   * @throws ResourceUnreachable if, on the first connection, the broker refuses the user, or a
   *     queue or exchange is declared in another way; a broker that is not there is waited for
   */
  @Override
  public void run() {
    try {
      loop.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (ownHandler && handler instanceof ElasticsearchHandler own) {
        own.close();
      }
    }
  }

  /**
   * Ends {@link #run}. A callback under way is interrupted, and its task goes back to the queue;
   * {@link #run} gives it up to five seconds to end what it has started. Harmless when repeated.
   */
  public void stop() {
    loop.stop();
  }

  /**
   * The handler.
   *
   * @throws DaneException.MissingEndpoint if the worker was built without
   */
  public Handler handler() {
    if (handler == null) {
      throw new DaneException.MissingEndpoint("this worker was built with noApi()");
    }
    return handler;
  }

  /** The configuration. */
  public Config config() {
    return config;
  }

  /**
   * What its results name as their generator: the git revision of the working directory, if any.
   */
  public Optional<Generator> generator() {
    return Optional.ofNullable(generator);
  }

  /** The folders of a document, made if they are not there. */
  public Directories directories(Document document) {
    return directories(document, true, true);
  }

  /**
   * The folders of a document; made as asked.
   *
   * @throws DaneException.Unregistered if the document has no id
   * @throws java.io.UncheckedIOException if one cannot be made
   */
  public Directories directories(Document document, boolean makeTemp, boolean makeOut) {
    String id = document.registeredId();
    return new Directories(
        folder("PATHS.TEMP_FOLDER", id, makeTemp), folder("PATHS.OUT_FOLDER", id, makeOut));
  }

  private Path folder(String key, String id, boolean make) {
    Path base = Path.of(config.text(key));
    Path folder = Directories.below(base, id);
    if (make) {
      Directories.make(base, folder);
    }
    return folder;
  }

  /** Whether messages of this routing key come to its queue. */
  boolean takes(String routingKey) {
    return bindingKeys.stream().anyMatch(key -> Topic.matches(key, routingKey));
  }

  /** What it would answer, without a broker; null if it refuses. */
  @Nullable Answer answerTo(Task task, Document document) {
    ObjectNode message = Json.object();
    message.set("task", task.toJson());
    message.set("document", document.toJson());
    return switch (decide(Json.write(message))) {
      case Outcome.Answered(String body) -> Answer.fromJson(body);
      case Outcome.Refused _ -> null;
    };
  }

  private Outcome decide(String body) {
    return work.decide(body, this::worked);
  }

  private @Nullable Answer worked(Task task, Document document) throws Exception {
    Answer answer = callback.work(task, document, this);
    if (answer != null) {
      log.info(
          "task={} key={} document={}: {} {}",
          task.id(),
          task.key(),
          document.id(),
          answer.state(),
          answer.message());
    }
    return answer;
  }

  /** What a worker is made of. */
  public static final class Builder {
    private final String queue;
    private final List<String> bindingKeys = new ArrayList<>();
    private final List<Task> dependsOn = new ArrayList<>();
    private Config config = Config.defaults();
    private @Nullable Callback callback;
    private @Nullable Handler handler;
    private @Nullable Generator generator;
    private boolean noApi;

    private Builder(String queue) {
      this.queue = queue;
    }

    /**
     * What is taken from the exchange: {@code <type>.<KEY>}, with wildcards; several are allowed.
     *
     * @throws IllegalArgumentException if its first word is no target type, {@code *} or {@code #}
     */
    public Builder bindingKey(String key) {
      bindingKeys.add(Topic.checked(key));
      return this;
    }

    /** The configuration; the built-in defaults unless given. */
    public Builder config(Config newConfig) {
      config = newConfig;
      return this;
    }

    /**
     * A task that must be done for the document before; the server creates what is missing. While
     * the index that tells of it is away, the worker keeps its task and waits.
     */
    public Builder dependsOn(String key) {
      return dependsOn(Task.of(key));
    }

    /** The same, with the arguments it is to be created with. */
    public Builder dependsOn(Task task) {
      dependsOn.add(task);
      return this;
    }

    /** What is done with a task. */
    public Builder callback(Callback newCallback) {
      callback = newCallback;
      return this;
    }

    /** The handler; unless given, the {@link ElasticsearchHandler} of the configuration. */
    public Builder handler(Handler newHandler) {
      handler = newHandler;
      return this;
    }

    /**
     * No handler: for workers that neither have dependencies nor save results. With dependencies,
     * every task is answered 500.
     */
    public Builder noApi() {
      noApi = true;
      return this;
    }

    /** The generator of its results; unless given, git is asked. */
    public Builder generator(Generator newGenerator) {
      generator = newGenerator;
      return this;
    }

    /**
     * The worker; it asks git and connects to the index, not to the broker.
     *
     * @throws IllegalArgumentException if queue, binding key or callback are missing
     * @throws IllegalStateException if the working directory is in a git repository without remote
     * @throws ResourceUnreachable if the index cannot be reached
     * @throws DaneException.Refused if the index refuses, or its certificate is not trusted
     */
    public Worker build() {
      if (callback == null) {
        throw new IllegalArgumentException("a worker needs a callback");
      }
      if (noApi && handler != null) {
        throw new IllegalArgumentException("a worker with noApi() has no handler");
      }
      return new Worker(this, callback);
    }
  }
}
