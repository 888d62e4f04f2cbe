package dev.emporion.platform;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves apps: over Netty with health, reflection (v1 and v1alpha) and an orderly end, or inside
 * this process. Each RPC runs on a virtual thread of its own.
 */
public final class GrpcServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);

  private static final int MAX_CALLS_PER_CONNECTION = 1_000;
  private static final int MAX_METADATA_BYTES = 16 * 1024;
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1024 * 1024;

  /** No age ends a connection in use: whoever balances, balances calls, and a watch may be long. */
  private static final long CONNECTION_IDLE_MINUTES = 15;

  /** How soon a peer that vanished without a word is noticed, at the latest. */
  private static final long KEEPALIVE_SECONDS = 60;

  /** A sidecar pings an idle connection; more often than this it is an attack. */
  private static final long PERMITTED_PING_SECONDS = 5;

  private final Server server;
  private final HealthStatusManager health;
  private final ServerConfig config;

  private GrpcServer(Server server, HealthStatusManager health, ServerConfig config) {
    this.server = server;
    this.health = health;
    this.config = config;
  }

  /**
   * Serves until the process is told to end (SIGTERM), then: health says NOT_SERVING; {@code
   * drainSeconds} for balancers to notice, while calls are still answered; new calls are refused;
   * {@code graceSeconds} for the running ones; the apps are closed, last in first out, and
   * telemetry and log are flushed.
   *
   * @throws ConfigException if the address is taken
   */
  public static void run(ServerConfig config, App... apps) throws InterruptedException {
    GrpcServer server = start(config, apps);
    logStart(server, config);
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.drain();
                  for (int i = apps.length - 1; i >= 0; i--) {
                    apps[i].close();
                  }
                  List.of(apps).forEach(app -> app.telemetry().close());
                  LOG.info("stopped");
                  JsonLines.flush();
                  ended.countDown();
                },
                "shutdown"));
    ended.await();
  }

  /**
   * Starts serving and returns. The apps stay their owner's to close.
   *
   * @throws ConfigException if the address is taken
   */
  public static GrpcServer start(ServerConfig config, App... apps) {
    var builder =
        NettyServerBuilder.forAddress(socketAddress(config.listenAddress()))
            .maxInboundMessageSize(config.maxMessageBytes() * RequestBytes.SLACK)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(PERMITTED_PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .maxConnectionIdle(CONNECTION_IDLE_MINUTES, TimeUnit.MINUTES);
    return start(builder, config, apps);
  }

  /** Serves apps to channels of {@code inprocess:NAME}. */
  public static GrpcServer inProcess(String name, App... apps) {
    return start(InProcessServerBuilder.forName(name), ServerConfig.local(), apps);
  }

  private static GrpcServer start(ServerBuilder<?> builder, ServerConfig config, App... apps) {
    var health = new HealthStatusManager();
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("rpc-", 0).factory());
    builder
        .executor(executor)
        .addService(DetailReflection.of(health.getHealthService()))
        .addService(ProtoReflectionServiceV1.newInstance())
        .addService(reflectionV1Alpha());
    var requests = new RequestInterceptor();
    for (App app : apps) {
      for (BindableService service : app.services()) {
        var definition = definition(service, requests, app.telemetry(), config);
        builder.addService(definition);
        health.setStatus(definition.getServiceDescriptor().getName(), ServingStatus.SERVING);
      }
      app.described().forEach(service -> builder.addService(nameOnly(service)));
    }
    Server server = builder.build();
    try {
      server.start();
    } catch (IOException e) {
      throw cannotListen(config.listenAddress(), e);
    }
    List.of(apps).forEach(App::start);
    return new GrpcServer(server, health, config);
  }

  /** A service without RPCs, from which reflection still finds the file that describes them. */
  private static ServerServiceDefinition nameOnly(ServiceDescriptor service) {
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder(service.getName())
                .setSchemaDescriptor(service.getSchemaDescriptor())
                .build())
        .build();
  }

  /** The layers of an RPC, from the handler outwards. */
  private static ServerServiceDefinition definition(
      BindableService service,
      RequestInterceptor requests,
      Telemetry telemetry,
      ServerConfig config) {
    var inner = ServerInterceptors.intercept(service, requests);
    var bytes =
        ServerInterceptors.useMarshalledMessages(inner, new RequestBytes(config.maxMessageBytes()));
    return ServerInterceptors.intercept(
        bytes, List.of(new ErrorInterceptor(), new CallInterceptor(telemetry.spans())));
  }

  private static ConfigException cannotListen(String address, IOException cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (String.valueOf(t.getMessage()).contains("already in use")) {
        return new ConfigException(
            "LISTEN_ADDRESS "
                + address
                + " is taken; stop the other program or set LISTEN_ADDRESS");
      }
    }
    return new ConfigException("LISTEN_ADDRESS " + address + ": " + cause.getMessage());
  }

  /** The port listened on; -1 inside the process. */
  public int port() {
    return server.getPort();
  }

  /** Takes no more calls and gives the running ones {@code graceSeconds}. */
  public void drain() {
    try {
      health.enterTerminalState();
      LOG.info("draining");
      TimeUnit.SECONDS.sleep(config.drainSeconds());
      server.shutdown();
      if (!server.awaitTermination(config.graceSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("calls were still running after {} s", config.graceSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  /** Ends at once: running calls are cancelled. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Deprecated is the version of the protocol; older tools still ask for nothing else. */
  @SuppressWarnings("deprecation")
  private static BindableService reflectionV1Alpha() {
    return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
  }

  private static InetSocketAddress socketAddress(String address) {
    int colon = address.lastIndexOf(':');
    boolean inProcess = address.startsWith(AddressChannels.IN_PROCESS);
    var socket =
        inProcess
            ? null
            : new InetSocketAddress(
                address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    if (inProcess || socket.isUnresolved()) {
      throw new ConfigException(
          "LISTEN_ADDRESS is '" + address + "'; give HOST:PORT with a host of this machine");
    }
    return socket;
  }

  private static void logStart(GrpcServer server, ServerConfig config) {
    var info = ProcessHandle.current().info();
    long startMillis =
        info.startInstant()
            .map(start -> Duration.between(start, Instant.now()).toMillis())
            .orElse(-1L);
    long cpuMillis = info.totalCpuDuration().map(Duration::toMillis).orElse(-1L);
    LOG.atInfo()
        .addKeyValue("address", config.listenAddress())
        .addKeyValue("port", server.port())
        .addKeyValue("start_ms", startMillis)
        .addKeyValue("cpu_ms", cpuMillis)
        .log("serving");
  }
}
