package dev.emporion.bench;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A gRPC server with next to nothing of its own: health. Prints its port, ends with its stdin. */
final class EchoServer {
  private EchoServer() {}

  public static void main(String[] args) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new HealthStatusManager().getHealthService())
            .directExecutor()
            .build()
            .start();
    System.out.println(server.getPort());
    while (System.in.read() >= 0) {
      // whoever started it says nothing, and ends
    }
    server.shutdownNow();
  }
}
