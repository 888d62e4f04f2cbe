package dev.emporion.together;

import dev.emporion.platform.App;
import dev.emporion.platform.Cli;
import dev.emporion.platform.Database;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Every service in one process: the code and the wiring of each are those of its own process, and
 * they call each other through in-process servers instead of ports.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("together", "All services in one process, on one port.")
            .command("serve", "answer RPCs", TogetherConfig::read, Main::serve)
            .command("migrate", "bring all schemas up to date", Schemas::read, Main::migrate)
            .run(args));
  }

  private static void serve(TogetherConfig config) throws Exception {
    List<App> apps = wire(config, Telemetry.start("together"));
    GrpcServer.run(config.server(), apps.toArray(App[]::new));
  }

  static void migrate(Schemas schemas) {
    schemas.all().forEach(schema -> Database.migrate(schema.database(), schema.migrations()));
  }

  /** Each service, behind an in-process server of its own, which closes with it. */
  static List<App> wire(TogetherConfig config, Telemetry telemetry) throws Exception {
    List<App> apps =
        atOnce(
            List.of( // orders last: its sagas call the others as soon as it is served
                () -> dev.emporion.catalog.Main.wire(config.catalog(), telemetry),
                () -> dev.emporion.inventory.Main.wire(config.inventory(), telemetry),
                () -> dev.emporion.carts.Main.wire(config.carts(), telemetry),
                () -> dev.emporion.payments.Main.wire(config.payments(), telemetry),
                () -> dev.emporion.pricing.Main.wire(config.pricing(), telemetry),
                () -> dev.emporion.shipping.Main.wire(config.shipping(), telemetry),
                () -> dev.emporion.orders.Main.wire(config.orders(), telemetry)));
    for (App app : apps) {
      app.own(GrpcServer.inProcess(app.name(), app));
    }
    return apps;
  }

  /** Most of a service's start is loading what all of them need, and waiting for its database. */
  private static List<App> atOnce(List<Callable<App>> wirings) throws Exception {
    var apps = new ArrayList<App>();
    Throwable failed = null;
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (Future<App> wiring : threads.invokeAll(wirings)) {
        try {
          apps.add(wiring.get());
        } catch (ExecutionException e) {
          failed = e.getCause();
        }
      }
    }
    if (failed != null) {
      apps.forEach(App::close);
      throw failed instanceof Exception e ? e : new IllegalStateException(failed);
    }
    return apps;
  }
}
