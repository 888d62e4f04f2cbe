package dev.emporion.bench;

import com.google.type.Money;
import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.carts.v1.CartsServiceGrpc.CartsServiceStub;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceStub;
import dev.emporion.orders.v1.PlaceOrderRequest;
import io.grpc.Channel;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** A guest who puts one thing into a cart and orders it, at the price quoted before. */
final class OrderClient extends ClosedLoop.Client {
  private static final PostalAddress HOME =
      PostalAddress.newBuilder()
          .setRecipient("Ada Beispiel")
          .addAddressLines("Lindenallee 5")
          .setPostalCode(Wares.POSTAL_CODE)
          .setLocality("Berlin")
          .setRegionCode(Wares.REGION)
          .build();

  private final CartsServiceStub carts;
  private final OrdersServiceStub orders;
  private final List<Wares.Ware> wares;
  private final Collection<String> acknowledged;

  /**
   * @param acknowledged takes the id of each order that was answered for
   */
  OrderClient(Channel channel, List<Wares.Ware> wares, Collection<String> acknowledged) {
    this.carts = CartsServiceGrpc.newStub(channel);
    this.orders = OrdersServiceGrpc.newStub(channel);
    this.wares = wares;
    this.acknowledged = acknowledged;
  }

  @Override
  void begin() {
    Wares.Ware ware = wares.get(ThreadLocalRandom.current().nextInt(wares.size()));
    var request =
        CreateCartRequest.newBuilder()
            .setRequestId(newId())
            .setCurrencyCode(Wares.CURRENCY)
            .addLines(CartLine.newBuilder().setSku(ware.sku()).setQuantity(1))
            .build();
    carts.createCart(
        request, new Answer<>(made -> place(made.getCart(), ware.total()), this::failed));
  }

  private void place(Cart cart, Money total) {
    markLast();
    var request =
        PlaceOrderRequest.newBuilder()
            .setRequestId(newId())
            .setCartId(cart.getCartId())
            .setCartEtag(cart.getEtag())
            .setEmail("ada@example.com")
            .setShippingAddress(HOME)
            .setDeliveryOption(Wares.DELIVERY)
            .setPaymentToken("tok_ok")
            .setExpectedTotal(total)
            .build();
    orders.placeOrder(request, new Answer<>(placed -> placed(placed.getOrder()), this::failed));
  }

  /** PENDING is an answer too: whether it was kept is looked at in the end. */
  private void placed(Order order) {
    acknowledged.add(order.getOrderId());
    switch (order.getState()) {
      case ORDER_STATE_CONFIRMED, ORDER_STATE_PENDING -> done();
      default -> failed(order.getState() + " " + order.getRejection().getMessage());
    }
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }
}
