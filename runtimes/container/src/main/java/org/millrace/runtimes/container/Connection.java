package org.millrace.runtimes.container;

import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.Handle;
import org.millrace.engine.staging.StageIn;

/**
 * All that talks to the engine, made when it is first needed: a server that never runs a container
 * never loads the client library.
 */
final class Connection implements AutoCloseable {
  private static final int STREAMS_OF_AN_ATTEMPT = 2;
  private static final int SPARE_CONNECTIONS = 16;

  private final DockerEngine engine;
  private final Labels labels;
  private final EngineTraits traits;
  private final Preparation preparation;
  private final Execution execution;

  private Connection(
      DockerEngine engine,
      ContainerSettings settings,
      Labels labels,
      EngineTraits traits,
      StageIn stageIn) {
    this.engine = engine;
    this.labels = labels;
    this.traits = traits;
    this.preparation =
        new Preparation(
            new Images(engine, settings.pull()),
            new ImageFolders(engine, labels),
            stageIn,
            settings.binds());
    this.execution = new Execution(engine, settings, labels, traits, ServerUser.current());
  }

  /** Connects, learns what engine it is, and removes what a dead server left half looked into. */
  static Connection open(ContainerSettings settings, Labels labels, StageIn stageIn)
      throws EngineAway, EngineRefused, InterruptedException {
    var engine =
        new DockerEngine(
            settings.engine(), STREAMS_OF_AN_ATTEMPT * settings.slots() + SPARE_CONNECTIONS);
    EngineTraits traits = EngineTraits.of(engine.info(), settings.engine(), labels);
    for (Container look : engine.labelled(labels.ofLook())) {
      engine.remove(look.getId());
    }
    return new Connection(engine, settings, labels, traits, stageIn);
  }

  Preparation preparation() {
    return preparation;
  }

  Execution execution() {
    return execution;
  }

  void kill(String container) throws EngineAway, EngineRefused, InterruptedException {
    engine.kill(container);
  }

  void remove(String container) throws EngineAway, EngineRefused, InterruptedException {
    execution.forget(container);
    engine.remove(container);
  }

  /** Removes the control groups of a container that is gone. */
  void removeGroups(String container) throws InterruptedException {
    traits.groups().remove(container);
  }

  /** Names of all containers of an attempt. */
  List<String> containersOf(Handle handle) throws EngineAway, EngineRefused, InterruptedException {
    return engine.labelled(labels.ofAttempt(handle)).stream()
        .flatMap(container -> DockerEngine.names(container).stream())
        .toList();
  }

  /** Names of all attempts of this installation that have containers. */
  List<String> attempts() throws EngineAway, EngineRefused, InterruptedException {
    return engine.labelled(labels.ofAll()).stream()
        .map(container -> Optional.ofNullable(container.getLabels().get(Labels.ATTEMPT)))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  @Override
  public void close() throws IOException {
    execution.close();
    traits.groups().removeParent();
    engine.close();
  }
}
