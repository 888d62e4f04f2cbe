package dev.emporion.mesh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The ports on 127.0.0.1 that a run takes; each can be chosen by an environment variable. */
record Ports(Port gatewayPort, Port simulatorPort, Port postgresPort) {
  private static final int GATEWAY = 8080;
  private static final int SIMULATOR = 15060;
  private static final int POSTGRES = 15432;

  record Port(String variable, int number) {
    String address() {
      return "127.0.0.1:" + number;
    }

    boolean isTaken() {
      try (ServerSocket socket = new ServerSocket()) {
        // Connections of a program that has just ended do not count.
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
        return false;
      } catch (IOException e) {
        return true;
      }
    }

    void mustBeFree(String process) {
      if (isTaken()) {
        throw new RunnerException(
            "port %d, for %s, is taken: stop the program that has it, or set %s to another"
                .formatted(number, process, variable));
      }
    }
  }

  static Ports fromEnvironment() {
    return new Ports(
        port("EMPORION_PORT", GATEWAY),
        port("EMPORION_SIMULATOR_PORT", SIMULATOR),
        port("EMPORION_POSTGRES_PORT", POSTGRES));
  }

  private static Port port(String variable, int otherwise) {
    String text = System.getenv(variable);
    if (text == null || text.isBlank()) {
      return new Port(variable, otherwise);
    }
    try {
      int number = Integer.parseInt(text.strip());
      if (number > 0 && number < 65_536) {
        return new Port(variable, number);
      }
    } catch (NumberFormatException e) {
      // Told below, with the numbers that are out of range.
    }
    throw new RunnerException(variable + " is '" + text + "'; give a port, 1 to 65535");
  }

  /** Where clients come in. */
  String gateway() {
    return gatewayPort.address();
  }
}
