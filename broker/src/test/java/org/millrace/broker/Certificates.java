package org.millrace.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A made-up authority, and a certificate of it for 127.0.0.1. */
final class Certificates {
  private Certificates() {}

  /** False where there is no openssl. */
  static boolean make(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("names"), "subjectAltName=IP:127.0.0.1\n");
    if (!Files.isExecutable(Path.of("/usr/bin/openssl"))) {
      return false;
    }
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=made-up"
            + " -keyout ca.key -out ca.pem");
    openssl(
        folder,
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=broker -keyout server.key"
            + " -out server.csr");
    openssl(
        folder,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names"
            + " -out server.pem");
    return true;
  }

  private static void openssl(Path folder, String arguments)
      throws IOException, InterruptedException {
    var output = folder.resolve("openssl.out").toFile();
    int code =
        new ProcessBuilder(("openssl " + arguments).split(" ", -1))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start()
            .waitFor();
    if (code != 0) {
      throw new AssertionError("openssl failed: " + Files.readString(output.toPath()));
    }
  }

  /** What RabbitMQ is told of them. */
  static String[] settings(Path folder) {
    return new String[] {
      "listeners.ssl.1 = 127.0.0.1:TLS_PORT",
      "ssl_options.cacertfile = " + folder.resolve("ca.pem"),
      "ssl_options.certfile = " + folder.resolve("server.pem"),
      "ssl_options.keyfile = " + folder.resolve("server.key"),
      "ssl_options.verify = verify_none"
    };
  }
}
