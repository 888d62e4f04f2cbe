package dev.emporion.carts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.carts.v1.AddCartLineRequest;
import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.carts.v1.CartsServiceGrpc.CartsServiceBlockingStub;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.carts.v1.GetCartRequest;
import dev.emporion.carts.v1.MergeCartsRequest;
import dev.emporion.carts.v1.RemoveCartLineRequest;
import dev.emporion.carts.v1.UpdateCartLineRequest;
import dev.emporion.platform.App;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Failure;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Telemetry;
import dev.emporion.testing.TestDatabase;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The service as it is wired for production, on a real database of its own, and a client of it. */
final class Carts implements AutoCloseable {
  static final int TTL_HOURS = 48;
  private static final int POOL = 8;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final TestDatabase testDatabase = emptyDatabase();
  private final App app;
  private final GrpcServer server;
  private final App client = new App("client", Telemetry.off());
  private final CartsServiceBlockingStub stub;

  Carts(String name) {
    app =
        Main.wire(
            new CartsConfig(ServerConfig.local(), config(testDatabase.url()), TTL_HOURS),
            Telemetry.off());
    server = GrpcServer.inProcess(name, app);
    stub = CartsServiceGrpc.newBlockingStub(client.channel("inprocess:" + name));
  }

  static TestDatabase emptyDatabase() {
    return TestDatabase.migrated("carts", url -> Database.migrate(config(url), Main.MIGRATIONS));
  }

  private static DatabaseConfig config(String url) {
    return new DatabaseConfig(url, POOL, TIMEOUT_MILLIS);
  }

  /** Statements that no RPC offers, such as letting time pass for a cart. */
  int sql(String statement) {
    try (Connection connection = testDatabase.connect();
        Statement sql = connection.createStatement()) {
      return sql.executeUpdate(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  Cart create(CreateCartRequest request) {
    return stub.createCart(request).getCart();
  }

  Cart get(String cartId) {
    return stub.getCart(GetCartRequest.newBuilder().setCartId(cartId).build()).getCart();
  }

  Cart add(AddCartLineRequest request) {
    return stub.addCartLine(request).getCart();
  }

  Cart update(UpdateCartLineRequest request) {
    return stub.updateCartLine(request).getCart();
  }

  Cart merge(MergeCartsRequest request) {
    return stub.mergeCarts(request).getCart();
  }

  Cart remove(RemoveCartLineRequest request) {
    return stub.removeCartLine(request).getCart();
  }

  void expire(Cart cart) {
    sql("update carts set expire_at = now() where cart_id = '%s'".formatted(cart.getCartId()));
  }

  @Override
  public void close() {
    client.close();
    server.close();
    app.close();
  }

  static CreateCartRequest newCart(String currency, CartLine... lines) {
    return CreateCartRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCurrencyCode(currency)
        .addAllLines(List.of(lines))
        .build();
  }

  static AddCartLineRequest addTo(Cart cart, CartLine line) {
    return AddCartLineRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCartId(cart.getCartId())
        .setLine(line)
        .build();
  }

  static UpdateCartLineRequest updateOf(Cart cart, CartLine line) {
    return UpdateCartLineRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCartId(cart.getCartId())
        .setSku(line.getSku())
        .setQuantity(line.getQuantity())
        .build();
  }

  static RemoveCartLineRequest removeFrom(Cart cart, String sku) {
    return RemoveCartLineRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCartId(cart.getCartId())
        .setSku(sku)
        .build();
  }

  static MergeCartsRequest mergeInto(Cart cart, Cart guest) {
    return MergeCartsRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCartId(cart.getCartId())
        .setGuestCartId(guest.getCartId())
        .build();
  }

  static CartLine line(String sku, int quantity) {
    return CartLine.newBuilder().setSku(sku).setQuantity(quantity).build();
  }

  static Failure assertRefused(ThrowingCallable call, Code code, String reason) {
    var answer = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(answer).as(reason).isNotNull();
    Failure failure = Failure.from(answer);
    assertThat(failure.code() + " " + failure.reason()).isEqualTo(code + " " + reason);
    return failure;
  }
}
