package dev.emporion.mesh.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketServerTest {
  @TempDir Path folder;

  private XdsServer start() {
    return new XdsServer(folder.resolve("xds.sock"), InstantSource.system());
  }

  @Test
  void theSocketIsTheOwnersAloneAndServedOnce() throws IOException {
    Path socket = folder.resolve("xds.sock");
    try (XdsServer server = start()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      assertThatThrownBy(this::start)
          .isInstanceOf(RunnerException.class)
          .hasMessageContaining("another control plane");
      assertThat(server.status()).isEmpty();
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void whatAKilledProcessLeftIsReplaced() throws IOException {
    try (var killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(folder.resolve("xds.sock")));
    }
    assertThat(folder.resolve("xds.sock")).exists();
    start().close();
  }
}
