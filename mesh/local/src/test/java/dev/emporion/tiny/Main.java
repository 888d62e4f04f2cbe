package dev.emporion.tiny;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetSocketAddress;

/** A program that answers health and nothing else, for whoever tests what runs programs. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    String[] address = System.getenv("LISTEN_ADDRESS").split(":");
    HealthStatusManager health = new HealthStatusManager();
    Server server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(address[0], Integer.parseInt(address[1])))
            .addService(health.getHealthService())
            .build()
            .start();
    server.awaitTermination();
  }
}
