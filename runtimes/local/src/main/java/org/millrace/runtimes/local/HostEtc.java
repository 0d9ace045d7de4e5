package org.millrace.runtimes.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.runtimes.local.SandboxSettings.Network;

/**
 * The {@code /etc} that tasks see: accounts and hosts of its own, and of the host's files only what
 * programs need to start, as far as everybody may read it. One folder for all attempts, mounted
 * read-only; named after what went into it, so that it is made once and never changed.
 */
final class HostEtc {
  private static final List<String> NEEDED =
      List.of(
          "alternatives",
          "ca-certificates",
          "crypto-policies",
          "fonts",
          "gai.conf",
          "host.conf",
          "ld.so.cache",
          "ld.so.conf",
          "ld.so.conf.d",
          "localtime",
          "magic",
          "mime.types",
          "nsswitch.conf",
          "os-release",
          "perl",
          "pki/ca-trust/extracted",
          "pki/tls/certs",
          "pki/tls/openssl.cnf",
          "protocols",
          "python3",
          "services",
          "ssl/certs",
          "ssl/openssl.cnf",
          "terminfo",
          "timezone");

  private final Path host;
  private final int uid;
  private final int gid;
  private final Network network;

  HostEtc(Path host, int uid, int gid, Network network) {
    this.host = host;
    this.uid = uid;
    this.gid = gid;
    this.network = network;
  }

  /** The host's own resolver settings, if tasks use its network: they may change at any time. */
  Optional<Path> resolver() {
    return network == Network.HOST ? Optional.of(host.resolve("resolv.conf")) : Optional.empty();
  }

  /**
   * Removes the folders below another that are of an earlier state of the host, or half made.
   *
   * @param used those in use, by name
   */
  static void removeOld(Path folder, Predicate<String> used) throws IOException {
    List<Path> old = new ArrayList<>();
    try (DirectoryStream<Path> made = Files.newDirectoryStream(folder)) {
      for (Path each : made) {
        if (!used.test(each.getFileName().toString())) {
          old.add(each);
        }
      }
    }
    for (Path each : old) {
      FolderRemoval.remove(each);
    }
  }

  /** Makes the folder below another, unless it is there. */
  Path makeBelow(Path folder) throws IOException {
    Path made = folder.resolve(fingerprint());
    if (Files.isDirectory(made)) {
      return made;
    }
    Path half = Files.createTempDirectory(folder, "half");
    Files.setPosixFilePermissions(half, OthersMay.ENTER_AND_LIST);
    fill(half);
    try {
      return Files.move(half, made, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException madeMeanwhile) {
      FolderRemoval.remove(half);
      return made;
    }
  }

  private void fill(Path etc) throws IOException {
    for (String name : needed()) {
      copy(host.resolve(name), etc.resolve(name));
    }
    Files.writeString(
        etc.resolve("passwd"),
        "root:x:0:0:root:/root:/usr/sbin/nologin\ntask:x:%d:%d:task:%s:/bin/sh\n"
            .formatted(uid, gid, SandboxCommand.HOME));
    Files.writeString(etc.resolve("group"), "root:x:0:\ntask:x:%d:\n".formatted(gid));
    Files.writeString(etc.resolve("hostname"), SandboxCommand.HOST_NAME + "\n");
    fillNames(etc);
  }

  /** Of a host that has no such files, being a small container say, tasks see none but ours. */
  private void fillNames(Path etc) throws IOException {
    if (network == Network.HOST && Files.isReadable(host.resolve("hosts"))) {
      copy(host.resolve("hosts"), etc.resolve("hosts"));
    }
    if (!Files.exists(etc.resolve("hosts"), LinkOption.NOFOLLOW_LINKS)) {
      Files.writeString(
          etc.resolve("hosts"),
          "127.0.0.1 localhost %1$s\n::1 localhost %1$s\n".formatted(SandboxCommand.HOST_NAME));
    }
    if (network == Network.HOST) { // a file at any rate: the host's own is mounted over it
      Files.writeString(
          etc.resolve("resolv.conf"), readOrNothing(host.resolve("resolv.conf"))); // often a link
    }
  }

  private List<String> needed() throws IOException {
    try (Stream<Path> entries = Files.list(host)) {
      List<String> javas =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> name.startsWith("java-"))
              .toList();
      return Stream.concat(NEEDED.stream(), javas.stream()).sorted().toList();
    }
  }

  private static String readOrNothing(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readString(file) : "";
  }

  private void copy(Path from, Path to) throws IOException {
    if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.createDirectories(to.getParent());
    Path source = leadsToWhatIsNotShown(from) ? from.toRealPath() : from;
    Files.walkFileTree(source, new PublicCopy(source, to));
  }

  /** Some hosts keep their certificates below {@code /var}, where no task sees them. */
  private boolean leadsToWhatIsNotShown(Path from) throws IOException {
    if (!Files.isSymbolicLink(from) || !Files.exists(from)) {
      return false;
    }
    Path real = from.toRealPath();
    Path etc = host.toRealPath();
    boolean copied =
        needed().stream()
            .map(etc::resolve)
            .anyMatch(each -> real.startsWith(each) && !from.equals(each));
    return !copied && !real.startsWith("/usr");
  }

  /** Copies links as links, and files and folders as far as everybody may read them. */
  private static final class PublicCopy extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    PublicCopy(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_READ)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      Files.createDirectories(to.resolve(from.relativize(folder).toString()));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Path copy = file.equals(from) ? to : to.resolve(from.relativize(file).toString());
      if (attributes.isSymbolicLink()) {
        Files.createSymbolicLink(copy, Files.readSymbolicLink(file));
      } else if (attributes.isRegularFile()
          && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  /** Changes when anything that goes in has changed, as far as dates and sizes tell. */
  private String fingerprint() throws IOException {
    var text =
        new StringBuilder("3 ").append(uid).append(' ').append(gid).append(' ').append(network);
    for (String name :
        Stream.concat(needed().stream(), Stream.of("hosts", "resolv.conf")).toList()) {
      Path file = host.resolve(name);
      if (Files.exists(file)) {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        text.append('\n').append(name).append(' ').append(attributes.size());
        text.append(' ').append(attributes.lastModifiedTime().toMillis());
      }
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException impossible) {
      throw new UncheckedIOException(new IOException("every Java has SHA-256", impossible));
    }
  }
}
