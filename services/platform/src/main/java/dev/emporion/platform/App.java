package dev.emporion.platform;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.ServiceDescriptor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service's Main wires: the services it answers, and everything that has to be closed, last
 * in first out. It does not know whether it is served on a port or inside another process.
 *
 * <pre>{@code
 * static App app(OrdersConfig config, Telemetry telemetry) {
 *   var app = new App("orders", telemetry);
 *   var database = app.own(Database.open(config.database(), telemetry.jdbc()));
 *   var carts = CartServiceGrpc.newBlockingStub(app.channel(config.cartsAddress()));
 *   var sagas = new SagaRunner(database, ...);
 *   return app.serve(new OrdersService(...)).background("sagas", sagas::start, sagas::stop);
 * }
 * }</pre>
 */
public final class App implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(App.class);
  private static final long CHANNEL_CLOSE_SECONDS = 2;

  private record Background(String name, Runnable start) {}

  private final String name;
  private final Telemetry telemetry;
  private final List<BindableService> services = new ArrayList<>();
  private final List<ServiceDescriptor> described = new ArrayList<>();
  private final List<Background> backgrounds = new ArrayList<>();
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private boolean started;

  public App(String name, Telemetry telemetry) {
    this.name = name;
    this.telemetry = telemetry;
  }

  public String name() {
    return name;
  }

  public Telemetry telemetry() {
    return telemetry;
  }

  /** Closes it when the app closes, before what was owned earlier. */
  public <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  /**
   * A channel to another service, which passes on caller and trace: {@code host:port} in plain
   * text, or {@code inprocess:NAME}.
   */
  public ManagedChannel channel(String address) {
    ManagedChannel channel =
        AddressChannels.builder(address)
            .intercept(telemetry.calls())
            .intercept(new CallHeaders(telemetry.spans()))
            .build();
    own(
        () -> {
          if (!channel.shutdown().awaitTermination(CHANNEL_CLOSE_SECONDS, TimeUnit.SECONDS)) {
            channel.shutdownNow();
          }
        });
    return channel;
  }

  /** Answers this service's RPCs. */
  public App serve(BindableService service) {
    services.add(service);
    return this;
  }

  /**
   * Tells of services that others answer: reflection lists them, their RPCs are UNIMPLEMENTED here
   * and health knows nothing of them.
   */
  public App describe(List<ServiceDescriptor> services) {
    described.addAll(services);
    return this;
  }

  /** Work that starts when the server listens, and stops when the app closes. */
  public App background(String name, Runnable start, AutoCloseable stop) {
    backgrounds.add(new Background(name, start));
    own(stop);
    return this;
  }

  List<BindableService> services() {
    return services;
  }

  List<ServiceDescriptor> described() {
    return described;
  }

  /** Starts the background work; once, however many servers the app has. */
  synchronized void start() {
    if (!started) {
      started = true;
      for (Background background : backgrounds) {
        LOG.debug("{}: starting {}", name, background.name);
        background.start.run();
      }
    }
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      AutoCloseable resource = owned.pop();
      try {
        resource.close();
      } catch (Exception e) {
        LOG.warn("{}: closing {} failed", name, resource, e);
      }
    }
  }
}
