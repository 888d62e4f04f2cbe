package dev.emporion.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.stream.Stream;

/**
 * How to run a program that refuses to run as root, which PostgreSQL does. A plain user needs
 * nothing. Root enters a user namespace, where it is nobody yet still owns its files; where the
 * kernel forbids that, it becomes a user of lower rank, who then has to own the files.
 */
sealed interface Unprivileged {

  /** By number, as its group has other names elsewhere. */
  String NOBODY = "65534";

  List<String> command(List<String> program);

  /** Makes the path readable and writable for the program. */
  void grant(Path path);

  record PlainUser() implements Unprivileged {
    @Override
    public List<String> command(List<String> program) {
      return program;
    }

    @Override
    public void grant(Path path) {}
  }

  record UserNamespace() implements Unprivileged {
    @Override
    public List<String> command(List<String> program) {
      return prefixed(List.of("unshare", "--user"), program);
    }

    @Override
    public void grant(Path path) {}
  }

  record OtherUser(String user) implements Unprivileged {
    @Override
    public List<String> command(List<String> program) {
      var become = List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups");
      return prefixed(become, program);
    }

    @Override
    public void grant(Path path) {
      try (Stream<Path> paths = Files.walk(path)) {
        UserPrincipal owner =
            path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
        for (Path each : paths.toList()) {
          Files.setOwner(each, owner);
        }
      } catch (IOException e) {
        throw new LocalPostgresException("cannot hand " + path + " to " + user + ": " + e, e);
      }
    }
  }

  static Unprivileged detect() {
    if (!System.getProperty("user.name").equals("root")) {
      return new PlainUser();
    }
    if (works(new UserNamespace())) {
      return new UserNamespace();
    }
    if (works(new OtherUser(NOBODY))) {
      return new OtherUser(NOBODY);
    }
    throw new LocalPostgresException(
        "PostgreSQL does not run as root, and neither unshare nor setpriv works here: "
            + "run as a plain user");
  }

  private static boolean works(Unprivileged way) {
    try {
      return new ProcessBuilder(way.command(List.of("true"))).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static List<String> prefixed(List<String> prefix, List<String> program) {
    return Stream.concat(prefix.stream(), program.stream()).toList();
  }
}
