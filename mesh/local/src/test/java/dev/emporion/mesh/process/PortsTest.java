package dev.emporion.mesh.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void aTakenPortIsNamedWithTheMend() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = new Ports.Port("EMPORION_PORT", other.getLocalPort());
      assertThat(port.isTaken()).isTrue();
      assertThatThrownBy(() -> port.mustBeFree("together"))
          .hasMessage(
              "port %d, for together, is taken: stop the program that has it, or set EMPORION_PORT to another"
                  .formatted(other.getLocalPort()));
    }
  }
}
