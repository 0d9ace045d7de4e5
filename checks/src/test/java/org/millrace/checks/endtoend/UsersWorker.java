package org.millrace.checks.endtoend;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A worker of a user's own: one class, in a jar that this build knows nothing of. */
final class UsersWorker {
  static final String NAME = "org.example.LengthWorker";

  private static final String SOURCE =
      """
      package org.example;

      import java.util.List;
      import org.millrace.sdk.Answer;
      import org.millrace.sdk.Document;
      import org.millrace.sdk.Task;
      import org.millrace.sdk.Worker;
      import org.millrace.sdk.WorkerProgram;

      public final class LengthWorker implements WorkerProgram {
        @Override
        public String queue() {
          return "length_queue";
        }

        @Override
        public List<String> bindingKeys() {
          return List.of("Text.LENGTH");
        }

        @Override
        public Answer work(Task task, Document document, Worker worker) {
          String id = document.target().idText();
          return Answer.of(200, id.length() + " characters and " + task.args().path("n").asText("no more"));
        }
      }
      """;

  private UsersWorker() {}

  /** Compiles it, against the SDK, into a jar. */
  static void jar(Path jar) throws IOException {
    Path classes = Files.createTempDirectory(jar.getParent(), "classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var source =
        new SimpleJavaFileObject(
            URI.create("string:///org/example/LengthWorker.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return SOURCE;
          }
        };
    boolean compiled =
        compiler
            .getTask(
                null,
                null,
                null,
                List.of(
                    "-d",
                    classes.toString(),
                    "-proc:none",
                    "-cp",
                    System.getProperty("java.class.path")),
                null,
                List.of(source))
            .call();
    if (!compiled) {
      throw new IOException("the worker of a user does not compile");
    }
    String entry = NAME.replace('.', '/') + ".class";
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(entry));
      out.write(Files.readAllBytes(classes.resolve(entry)));
    }
  }
}
