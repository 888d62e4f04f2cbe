package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.process.Layout;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Who listens where. On a cluster each pod has an address; so it has here, on Linux, where all of
 * 127.0.0.0/8 is the machine itself: {@code 127.<block>.<workload>.<instance>}, a block for each
 * system. The program behind a sidecar listens beside it, {@code 100} workloads further, and the
 * sidecar's listeners for the calls it makes another hundred further, so that all of them keep the
 * ports that the manifests say. Where only 127.0.0.1 is there (macOS), each gets a free port.
 *
 * <p>What was chosen once is noted and stays, so that it is the same after a restart.
 */
final class AddressPlan {
  /** The admin port that Istio's sidecars have. */
  private static final int ADMIN_PORT = 15000;

  private static final int FIRST_BLOCK = 2;
  private static final int BLOCKS = 250;
  private static final int MAX_WORKLOADS = 99;

  /** Workloads, and instances of each, where another system would have something. */
  private static final int LOOKED_AT = 6;

  private static final int CONNECT_MILLIS = 200;
  private static final int PORT_TRIES = 1_000;

  /** What an address is for. */
  private enum Use {
    POD(0),
    APP(100),
    OUTBOUND(200);

    private final int offset;

    Use(int offset) {
      this.offset = offset;
    }
  }

  private final Path file;
  private final Properties noted = new Properties();
  private final boolean byAddress;

  AddressPlan(Layout layout) {
    this(layout, System.getProperty("os.name").startsWith("Linux"));
  }

  AddressPlan(Layout layout, boolean byAddress) {
    this.file = layout.mesh().resolve("addresses");
    this.byAddress = byAddress;
    Notes.read(file, noted);
    if (byAddress && noted.getProperty("block") == null) {
      note("block", chooseBlock(layout.run().toAbsolutePath().normalize()));
    }
  }

  /** Where a sidecar takes the calls to a port of its pod, or a program without one listens. */
  Address pod(String workload, int ordinal, int port) {
    return address(Use.POD, workload, ordinal, port, "");
  }

  /** Where the program behind a sidecar listens. */
  Address app(String workload, int ordinal, int port) {
    return address(Use.APP, workload, ordinal, port, "");
  }

  /** Where a sidecar takes its program's calls to a service. */
  Address outbound(String workload, int ordinal, String service, int port) {
    return address(Use.OUTBOUND, workload, ordinal, port, service);
  }

  Address admin(String workload, int ordinal) {
    return address(Use.POD, workload, ordinal, ADMIN_PORT, "admin");
  }

  private synchronized Address address(
      Use use, String workload, int ordinal, int port, String service) {
    if (byAddress) {
      int third = use.offset + index(workload);
      return new Address("127.%d.%d.%d".formatted(noted("block"), third, ordinal), port);
    }
    String key = "port.%s-%d.%s.%s.%d".formatted(workload, ordinal, use, service, port);
    if (noted.getProperty(key) == null) {
      note(key, freePort());
    }
    return new Address("127.0.0.1", noted(key));
  }

  private int index(String workload) {
    String key = "workload." + workload;
    if (noted.getProperty(key) == null) {
      int known =
          (int) noted.stringPropertyNames().stream().filter(n -> n.startsWith("workload.")).count();
      if (known == MAX_WORKLOADS) {
        throw new RunnerException("more than " + MAX_WORKLOADS + " workloads; remove " + file);
      }
      note(key, known + 1);
    }
    return noted(key);
  }

  private int noted(String key) {
    return Integer.parseInt(noted.getProperty(key));
  }

  private void note(String key, int value) {
    noted.setProperty(key, Integer.toString(value));
    Notes.write(file, noted);
  }

  /** By the folder's name, so that it tends to be the same after everything was deleted. */
  private static int chooseBlock(Path run) {
    int start = Math.floorMod(run.toString().hashCode(), BLOCKS);
    for (int i = 0; i < BLOCKS; i++) {
      int block = FIRST_BLOCK + (start + i) % BLOCKS;
      if (!isTaken(block)) {
        return block;
      }
    }
    throw new RunnerException("all blocks of 127.0.0.0/8 are taken; stop another system");
  }

  /** A system that was restarted without a gap has no first instance of anything any more. */
  private static boolean isTaken(int block) {
    for (int workload = 1; workload <= LOOKED_AT; workload++) {
      for (int ordinal = 1; ordinal <= LOOKED_AT; ordinal++) {
        if (answers("127.%d.%d.%d".formatted(block, workload, ordinal))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean answers(String host) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, ADMIN_PORT), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** A port that nobody has, not even one who was given it and has yet to listen there. */
  private int freePort() {
    for (int i = 0; i < PORT_TRIES; i++) {
      try (ServerSocket socket = new ServerSocket(0)) {
        if (!noted.containsValue(Integer.toString(socket.getLocalPort()))) {
          return socket.getLocalPort();
        }
      } catch (IOException e) {
        throw new RunnerException("no free port: " + e, e);
      }
    }
    throw new RunnerException("no free port; remove " + file);
  }
}
