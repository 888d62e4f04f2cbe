"""The README's order, from search to CONFIRMED: over gRPC, then over REST and gRPC-Web.

usage: order.py [grpc]   with EMPORION_GATEWAY=host:port in the environment
"""

import os
import sys

import grpc
from google.type import money_pb2

import rest
from emporion import Client, Refusal, new_request_id, repeat
from emporion.carts.v1 import carts_pb2
from emporion.catalog.v1 import catalog_pb2
from emporion.client import REPEATABLE
from emporion.common.v1 import address_pb2
from emporion.inventory.v1 import inventory_pb2
from emporion.orders.v1 import orders_pb2
from emporion.payments.v1 import payments_pb2
from emporion.pricing.v1 import pricing_pb2
from steps import Steps, equal, true

GATEWAY = os.environ.get("EMPORION_GATEWAY") or "127.0.0.1:8080"
SKU = "MUG-BLUE"
QUANTITY = 2
WATCH_SECONDS = 20


class Story:
    """One shopper; each step leaves behind what the next one needs."""

    def __init__(self, client):
        self.client = client
        self.line = carts_pb2.CartLine(sku=SKU, quantity=QUANTITY)

    def steps(self):
        return [
            self.search,
            self.availability,
            self.cart,
            self.quote,
            self.other_price,
            self.lost_answer,
            self.other_payload,
            self.watch,
            self.payment,
            self.cancel,
        ]

    def search(self):
        """A search with a typing error finds the mug."""
        request = catalog_pb2.SearchProductsRequest(query="stonware mug", page_size=1)
        answer = repeat(self.client.catalog.SearchProducts, request)
        product = answer.hits[0].product
        true(SKU in [variant.sku for variant in product.variants], f"{product.title} has no {SKU}")
        return product.title

    def availability(self):
        """There are enough of it."""
        request = inventory_pb2.BatchGetAvailabilityRequest(skus=[SKU])
        answer = repeat(self.client.inventory.BatchGetAvailability, request)
        available = answer.availabilities[0].available
        true(available >= QUANTITY, f"{available} available")
        return f"{available} available"

    def cart(self):
        """A cart is made once, however often it is asked for."""
        request = carts_pb2.CreateCartRequest(
            request_id=new_request_id(), currency_code="EUR", lines=[self.line]
        )
        self.the_cart = repeat(self.client.carts.CreateCart, request).cart
        again = repeat(self.client.carts.CreateCart, request).cart
        equal(again.cart_id, self.the_cart.cart_id)
        return self.the_cart.cart_id

    def quote(self):
        """A quote says what it costs."""
        request = pricing_pb2.QuoteRequest(
            currency_code="EUR",
            lines=[pricing_pb2.QuoteRequestLine(sku=SKU, quantity=QUANTITY)],
            destination=pricing_pb2.Destination(region_code="DE"),
            delivery_option="standard",
        )
        self.total = repeat(self.client.pricing.Quote, request).quote.total
        return in_words(self.total)

    def order(self, total, request_id):
        return orders_pb2.PlaceOrderRequest(
            request_id=request_id,
            cart_id=self.the_cart.cart_id,
            cart_etag=self.the_cart.etag,
            email="ada@example.com",
            delivery_option="standard",
            payment_token="tok_visa",
            shipping_address=address_pb2.PostalAddress(
                recipient="Ada Beispiel",
                address_lines=["Lindenallee 5"],
                postal_code="10115",
                locality="Berlin",
                region_code="DE",
            ),
            expected_total=total,
        )

    def other_price(self):
        """At another total nothing is charged, and the refusal has the new quote in it."""
        seen = money_pb2.Money(
            currency_code="EUR", units=self.total.units - 1, nanos=self.total.nanos
        )
        try:
            repeat(self.client.orders.PlaceOrder, self.order(seen, new_request_id()))
        except Refusal as refusal:
            equal(refusal.code, grpc.StatusCode.FAILED_PRECONDITION)
            equal(refusal.reason, "PRICE_CHANGED")
            equal(refusal.detail(pricing_pb2.Quote).total, self.total)
            return refusal.message
        raise AssertionError("it was taken")

    def lost_answer(self):
        """An order whose answer is lost is placed by repeating it, and only once."""
        self.request = self.order(self.total, new_request_id())
        try:
            self.client.orders.PlaceOrder(self.request, timeout=0.005)
        except grpc.RpcError as error:
            # Whoever runs out of time first says so: the client, or the server on its behalf.
            true(error.code() in REPEATABLE, error)
        self.placed = repeat(self.client.orders.PlaceOrder, self.request).order
        again = repeat(self.client.orders.PlaceOrder, self.request).order
        equal(again.order_id, self.placed.order_id)
        return self.placed.order_id

    def other_payload(self):
        """The same request_id for another order is refused."""
        other = orders_pb2.PlaceOrderRequest()
        other.CopyFrom(self.request)
        other.email = "bob@example.com"
        try:
            repeat(self.client.orders.PlaceOrder, other)
        except Refusal as refusal:
            equal(refusal.code, grpc.StatusCode.ALREADY_EXISTS)
            equal(refusal.reason, "REQUEST_ID_REUSED")
            return refusal.reason
        raise AssertionError("it was taken")

    def watch(self):
        """WatchOrder tells when it is CONFIRMED."""
        request = orders_pb2.WatchOrderRequest(order_id=self.placed.order_id)
        stream = self.client.orders.WatchOrder(request, timeout=WATCH_SECONDS)
        for answer in stream:
            self.placed = answer.order
            true(
                answer.order.state in (orders_pb2.ORDER_STATE_PENDING, orders_pb2.ORDER_STATE_CONFIRMED),
                orders_pb2.OrderState.Name(answer.order.state),
            )
            if answer.order.state == orders_pb2.ORDER_STATE_CONFIRMED:
                stream.cancel()
                return orders_pb2.OrderState.Name(answer.order.state)
        raise AssertionError("the stream ended before")

    def payment(self):
        """The money is held, all of it and no more."""
        request = payments_pb2.GetPaymentRequest(payment_id=self.placed.payment_id)
        payment = repeat(self.client.payments.GetPayment, request).payment
        equal(payment.state, payments_pb2.PAYMENT_STATE_AUTHORIZED)
        return payments_pb2.PaymentState.Name(payment.state)

    def cancel(self):
        """Cancelled, it gives everything back."""
        request = orders_pb2.CancelOrderRequest(
            request_id=new_request_id(), order_id=self.placed.order_id
        )
        order = repeat(self.client.orders.CancelOrder, request).order
        equal(order.state, orders_pb2.ORDER_STATE_CANCELLED)
        return orders_pb2.OrderState.Name(order.state)


def in_words(money):
    return f"{money.units + money.nanos / 1e9:.2f} {money.currency_code}"


def main():
    steps = Steps()
    print(f"gRPC at {GATEWAY}", flush=True)
    with Client(GATEWAY) as client:
        steps.run(Story(client).steps())
    if sys.argv[1:] != ["grpc"]:
        print(f"REST at http://{GATEWAY}", flush=True)
        steps.run(rest.Story(f"http://{GATEWAY}").steps())
        steps.run(rest.Gateway(f"http://{GATEWAY}").steps())
    return steps.end()


if __name__ == "__main__":
    sys.exit(main())
