package dev.emporion.platform;

import dev.emporion.platformtest.v1.EchoServiceGrpc;
import dev.emporion.platformtest.v1.EchoServiceGrpc.EchoServiceBlockingStub;
import dev.emporion.platformtest.v1.EchoServiceGrpc.EchoServiceStub;
import io.grpc.ManagedChannel;

/** An echo service on one of the two transports, and a client of it. */
final class Served implements AutoCloseable {
  /** Both ways to be served; what holds must hold for both. */
  enum Over {
    NETTY,
    IN_PROCESS
  }

  final Echo echo = new Echo();
  final App app;
  final GrpcServer server;
  final String address;
  final ManagedChannel channel;

  private Served(Over over, Telemetry telemetry, String name) {
    app = new App(name, telemetry).serve(echo);
    server =
        switch (over) {
          case NETTY -> GrpcServer.start(ServerConfig.local(), app);
          case IN_PROCESS -> GrpcServer.inProcess(name, app);
        };
    address = over == Over.NETTY ? "127.0.0.1:" + server.port() : "inprocess:" + name;
    channel = app.channel(address);
  }

  static Served over(Over over) {
    return over(over, Telemetry.off(), "echo");
  }

  static Served over(Over over, Telemetry telemetry, String name) {
    return new Served(over, telemetry, name);
  }

  EchoServiceBlockingStub stub() {
    return EchoServiceGrpc.newBlockingStub(channel);
  }

  EchoServiceStub asyncStub() {
    return EchoServiceGrpc.newStub(channel);
  }

  @Override
  public void close() {
    server.close();
    app.close();
  }
}
