package dev.emporion.platform;

import io.grpc.ManagedChannelBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/**
 * Opens a channel to an address from the settings: {@code host:port} in plain text, since TLS is
 * the sidecar's, or {@code inprocess:NAME} for a server in this JVM. Nothing is retried here,
 * neither by configuration nor by gRPC itself: that is the mesh's.
 */
final class AddressChannels {
  static final String IN_PROCESS = "inprocess:";

  private static final int MAX_METADATA_BYTES = 16 * 1024;
  private static final long KEEPALIVE_SECONDS = 60;

  private AddressChannels() {}

  static ManagedChannelBuilder<?> builder(String address) {
    if (address.startsWith(IN_PROCESS)) {
      return InProcessChannelBuilder.forName(address.substring(IN_PROCESS.length())).disableRetry();
    }
    return NettyChannelBuilder.forTarget("dns:///" + address)
        .usePlaintext()
        .directExecutor()
        .disableRetry()
        .maxInboundMetadataSize(MAX_METADATA_BYTES)
        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS);
  }
}
