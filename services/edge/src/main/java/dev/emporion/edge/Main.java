package dev.emporion.edge;

import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.platform.App;
import dev.emporion.platform.Cli;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Telemetry;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import io.grpc.ServiceDescriptor;
import java.util.List;

/** Wires the edge: what the gateway cannot answer out of its configuration. */
public final class Main {
  /** All that reflection tells of; each is answered by its own service, behind the gateway. */
  static final List<ServiceDescriptor> SERVICES =
      List.of(
          CartsServiceGrpc.getServiceDescriptor(),
          CatalogServiceGrpc.getServiceDescriptor(),
          InventoryServiceGrpc.getServiceDescriptor(),
          OrdersServiceGrpc.getServiceDescriptor(),
          PaymentsServiceGrpc.getServiceDescriptor(),
          PricingServiceGrpc.getServiceDescriptor(),
          ShippingServiceGrpc.getServiceDescriptor());

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("edge", "Tells what the system can do: reflection, and documents for REST.")
            .command("serve", "answer reflection and HTTP", EdgeConfig::read, Main::serve)
            .run(args));
  }

  /** Everything but the gRPC server. */
  static App wire(EdgeConfig config, Telemetry telemetry) {
    var site = Site.open(config.httpAddress(), Pages.read());
    return new App("edge", telemetry).describe(SERVICES).background("http", site::start, site);
  }

  private static void serve(EdgeConfig config) throws InterruptedException {
    GrpcServer.run(config.server(), wire(config, Telemetry.start("edge")));
  }
}
