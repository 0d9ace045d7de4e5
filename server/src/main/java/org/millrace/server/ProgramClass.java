package org.millrace.server;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.sdk.Config;
import org.millrace.sdk.Worker;

/**
 * A worker's class from a class path of its own, over that of this program: what both have, the SDK
 * for one, is this program's.
 */
record ProgramClass(Class<?> type, ClassLoader classes) {

  /**
   * Loads it, and runs nothing of it yet.
   *
   * @param classPath jars, folders, and folders of jars that end in {@code *}
   */
  static ProgramClass load(String name, String classPath) throws WrongUsage {
    // Open for the whole process: the worker loads classes as it goes.
    var classes =
        new URLClassLoader(
            "worker", urls(classPath).toArray(URL[]::new), ProgramClass.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(classes); // the threads of the worker inherit it
    try {
      return new ProgramClass(Class.forName(name, false, classes), classes);
    } catch (ClassNotFoundException | LinkageError missing) {
      throw new WrongUsage(
          "--class: there is no usable class " + name + " in " + classPath + ": " + missing);
    }
  }

  private static List<URL> urls(String classPath) throws WrongUsage {
    List<URL> urls = new ArrayList<>();
    for (String part : classPath.split(File.pathSeparator, -1)) {
      for (Path path : paths(part)) {
        if (!Files.exists(path)) {
          throw new WrongUsage("--classpath: there is no " + path);
        }
        try {
          urls.add(path.toUri().toURL());
        } catch (MalformedURLException impossible) {
          throw new IllegalStateException(impossible);
        }
      }
    }
    return urls;
  }

  private static List<Path> paths(String part) throws WrongUsage {
    if (!part.equals("*") && !part.endsWith("/*")) {
      return List.of(Path.of(part));
    }
    Path folder = Path.of(part.substring(0, part.length() - 1));
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
      files.forEach(jars::add);
    } catch (IOException unreadable) {
      throw new WrongUsage("--classpath: " + part + " cannot be read: " + unreadable);
    }
    jars.sort(null);
    return jars;
  }

  /**
   * A worker of it, not begun yet.
   *
   * @param noApi whether it asks no index
   * @throws WrongUsage if it is no worker, or cannot be made
   * @throws org.millrace.server.config.BadConfiguration with every problem found
   */
  WorkerRun run(BrokerOptions broker, boolean noApi) throws WrongUsage {
    Config config = WorkerConfig.read(broker, Optional.of(type));
    try {
      Worker.Builder worker = Worker.program(type.getName(), classes, config);
      return new WorkerRun(noApi ? worker.noApi() : worker);
    } catch (IllegalArgumentException | LinkageError wrong) {
      throw new WrongUsage("--class: " + wrong.getMessage());
    }
  }
}
