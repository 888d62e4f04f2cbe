package dev.emporion.mesh.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.model.Address;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final Address ADMIN = new Address("127.0.0.1", 15000);

  @Test
  void itSaysWhoTheEnvoyIsAndWhereToAsk() {
    var bootstrap =
        new Bootstrap("orders-0", "orders.emporion", "a", ADMIN, Path.of("/run/xds.sock"));
    assertThat(bootstrap.yaml())
        .contains("id: \"orders-0\"", "port_value: 15000", "path: \"/run/xds.sock\"");
  }

  @Test
  void aPathThatNoSocketCanHaveIsRefusedWithTheMend() {
    Path path = Path.of("/" + "long/".repeat(30) + "xds.sock");
    assertThatThrownBy(() -> new Bootstrap("orders-0", "orders", "a", ADMIN, path))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("EMPORION_RUN");
  }
}
