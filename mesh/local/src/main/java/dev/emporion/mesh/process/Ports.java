package dev.emporion.mesh.process;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The ports on 127.0.0.1 that a run takes; each can be chosen by an environment variable. */
public record Ports(Port gatewayPort, Port tlsPort, Port simulatorPort, Port postgresPort) {
  private static final int GATEWAY = 8080;

  /** From the gateway's port to that of its TLS: 8443, unless the other is chosen as well. */
  private static final int TO_TLS = 363;

  private static final int SIMULATOR = 15060;
  private static final int POSTGRES = 15432;

  public record Port(String variable, int number) {
    public String address() {
      return "127.0.0.1:" + number;
    }

    public boolean isTaken() {
      try (ServerSocket socket = new ServerSocket()) {
        // Connections of a program that has just ended do not count.
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
        return false;
      } catch (IOException e) {
        return true;
      }
    }

    public void mustBeFree(String process) {
      if (isTaken()) {
        throw new RunnerException(
            "port %d, for %s, is taken: stop the program that has it, or set %s to another"
                .formatted(number, process, variable));
      }
    }
  }

  public static Ports fromEnvironment() {
    Port gateway = port("EMPORION_PORT", GATEWAY);
    return new Ports(
        gateway,
        port("EMPORION_TLS_PORT", gateway.number + TO_TLS),
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
  public String gateway() {
    return gatewayPort.address();
  }
}
