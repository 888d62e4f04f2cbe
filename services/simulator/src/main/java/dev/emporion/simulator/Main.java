package dev.emporion.simulator;

import dev.emporion.platform.App;
import dev.emporion.platform.Cli;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Telemetry;
import java.io.IOException;
import java.time.InstantSource;

/** The payment provider's stand-in. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("simulator", "A payment provider that misbehaves on demand.")
            .command("serve", "answer RPCs", SimulatorConfig::read, Main::serve)
            .run(args));
  }

  private static void serve(SimulatorConfig config) throws Exception {
    GrpcServer.run(config.server(), wire(config, Telemetry.start("simulator")));
  }

  /** Everything the provider is made of, ready to be served. */
  public static App wire(SimulatorConfig config, Telemetry telemetry) throws IOException {
    var app = new App("simulator", telemetry);
    var book =
        app.own(new Book(config.dataDir(), config.maxAuthorizations(), InstantSource.system()));
    return app.serve(new SimulatorService(book, new Misbehavior(Thread::sleep)));
  }
}
