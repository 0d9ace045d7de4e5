package org.millrace.runtimes.container;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.SmallFile;

/**
 * What of a task's tree is bound into the containers of one image, and what must be carried. No
 * bound folder lies in another. Pure.
 *
 * @param folders bound from the tree
 * @param files inputs bound one by one, because their folder is the image's
 * @param made folders that are neither bound nor in the image, and must be made in the container
 * @param outputs files that are carried out after each executor
 * @param folderOutputs folders of which everything that executors changed is carried out
 */
record BindPlan(
    List<String> folders,
    List<String> files,
    List<String> made,
    List<String> outputs,
    List<String> folderOutputs) {
  BindPlan {
    folders = List.copyOf(folders);
    files = List.copyOf(files);
    made = List.copyOf(made);
    outputs = List.copyOf(outputs);
    folderOutputs = List.copyOf(folderOutputs);
  }

  /**
   * Plans it.
   *
   * @param occupied those of {@link TaskPaths#folders} in which the image has files of its own
   * @param imageVolumes folders that the image declares to be volumes
   * @param binding whether anything can be bound; else everything is carried
   */
  static BindPlan of(
      ContainerWork work, Set<String> occupied, List<String> imageVolumes, boolean binding) {
    return new Draft(work, occupied, binding).plan(imageVolumes);
  }

  /** Whether a path needs no carrying: what lies there is in the tree. */
  boolean covers(String path) {
    return files.contains(path) || inFolder(path);
  }

  private boolean inFolder(String path) {
    return folders.stream().anyMatch(folder -> TaskPaths.isWithin(path, folder));
  }

  private static final class Draft {
    private final ContainerWork work;
    private final boolean binding;
    private final TreeSet<String> folders = new TreeSet<>();
    private final TreeSet<String> made = new TreeSet<>();

    Draft(ContainerWork work, Set<String> occupied, boolean binding) {
      this.work = work;
      this.binding = binding;
      Set<String> volumes = TaskPaths.volumes(work);
      for (String folder : TaskPaths.folders(work)) { // in the order of names: outer ones first
        if (isBound(folder)) {
          continue;
        }
        boolean ours = volumes.contains(folder) || !occupied.contains(folder);
        if (ours && !folder.equals("/")) {
          (binding ? folders : made).add(folder);
        }
      }
    }

    private boolean isBound(String path) {
      return folders.stream().anyMatch(folder -> TaskPaths.isWithin(path, folder));
    }

    BindPlan plan(List<String> imageVolumes) {
      TreeSet<String> bound = new TreeSet<>(folders);
      imageVolumes.stream() // the engine would mount an empty one over what lies there in the tree
          .map(TaskPaths::plain)
          .filter(this::isBound)
          .forEach(bound::add);
      return new BindPlan(
          List.copyOf(bound), singleFiles(), List.copyOf(made), fileOutputs(), folderOutputs());
    }

    private List<String> singleFiles() {
      return work.inputs().stream()
          .filter(input -> binding && input.type() == FileType.FILE)
          .map(Input::path)
          .map(TaskPaths::plain)
          .filter(path -> !isBound(path) && !path.equals("/"))
          .distinct()
          .toList();
    }

    private List<String> fileOutputs() {
      List<String> files = singleFiles();
      Stream<String> outputs =
          work.outputs().stream().filter(output -> !TaskPaths.isMany(output)).map(Output::path);
      return Stream.concat(outputs, work.reads().values().stream().map(SmallFile::path))
          .map(TaskPaths::plain)
          .filter(path -> !isBound(path) && !files.contains(path))
          .distinct()
          .toList();
    }

    private static boolean isBelowAnother(String folder, Set<String> all) {
      return all.stream()
          .anyMatch(other -> !other.equals(folder) && TaskPaths.isWithin(folder, other));
    }

    private List<String> folderOutputs() {
      TreeSet<String> many = new TreeSet<>();
      work.outputs().stream()
          .filter(TaskPaths::isMany)
          .map(TaskPaths::folder)
          .filter(folder -> !isBound(folder))
          .forEach(many::add);
      many.addAll(made); // copied volumes are the same folder for every executor
      return many.stream().filter(folder -> !isBelowAnother(folder, many)).toList();
    }
  }
}
