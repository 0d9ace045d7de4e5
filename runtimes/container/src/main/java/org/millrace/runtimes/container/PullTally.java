package org.millrace.runtimes.container;

import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem.ProgressDetail;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.OneLine;

/** Adds up what a pull tells of its layers. Thread-safe. */
final class PullTally {
  private static final Set<String> DONE = Set.of("Pull complete", "Already exists");

  private final String image;
  private final Map<String, Layer> layers = new HashMap<>();

  /**
   * One layer.
   *
   * @param total bytes, 0 if not known yet
   */
  private record Layer(long moved, long total, boolean done) {
    static final Layer NEW = new Layer(0, 0, false);
  }

  /** How far it is. */
  record State(String label, long moved, long total) {
    /** Tells it, where so much was told before. */
    void tell(Progress progress, long before) {
      progress.known(label, total > 0 ? total : -1);
      progress.moved(moved - before);
    }
  }

  PullTally(String image) {
    this.image = OneLine.of(image);
  }

  synchronized State heard(PullResponseItem item) {
    String status = item.getStatus();
    String id = item.getId();
    if (id != null && status != null && (layers.containsKey(id) || isLayer(status))) {
      layers.merge(id, Layer.NEW, (old, fresh) -> old);
      layers.computeIfPresent(id, (_, layer) -> after(layer, status, item.getProgressDetail()));
    }
    return state();
  }

  /** The first line carries the tag as its id. */
  private static boolean isLayer(String status) {
    return status.equals("Pulling fs layer") || DONE.contains(status);
  }

  private static Layer after(Layer layer, String status, @Nullable ProgressDetail detail) {
    if (DONE.contains(status)) {
      return new Layer(layer.total(), layer.total(), true);
    }
    if (!status.equals("Downloading") || detail == null) {
      return status.equals("Download complete")
          ? new Layer(layer.total(), layer.total(), false)
          : layer;
    }
    long current = detail.getCurrent() == null ? layer.moved() : detail.getCurrent();
    long total = detail.getTotal() == null ? layer.total() : detail.getTotal();
    return new Layer(current, total, false);
  }

  private State state() {
    long done = layers.values().stream().filter(Layer::done).count();
    return new State(
        "image " + image + ", " + done + " of " + layers.size() + " layers",
        layers.values().stream().mapToLong(Layer::moved).sum(),
        layers.values().stream().mapToLong(Layer::total).sum());
  }
}
