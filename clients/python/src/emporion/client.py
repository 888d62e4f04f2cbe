"""One channel to the gateway, errors with their reasons, and calls that are safe to repeat."""

import random
import time
import uuid

import grpc
from google.rpc import error_details_pb2, status_pb2

from emporion.carts.v1 import carts_pb2_grpc
from emporion.catalog.v1 import catalog_pb2_grpc
from emporion.inventory.v1 import inventory_pb2_grpc
from emporion.orders.v1 import orders_pb2_grpc
from emporion.payments.v1 import payments_pb2_grpc
from emporion.pricing.v1 import pricing_pb2_grpc
from emporion.shipping.v1 import shipping_pb2_grpc

# The outcome is unknown; repeating with the same request_id is safe.
REPEATABLE = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
# Nothing happened, and later it may. (ABORTED / ETAG_MISMATCH is not among them: look again first.)
REPEATABLE_REASONS = {"CONTENTION", "ORDER_BUSY", "OVERLOADED"}

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0


class Client:
    """Stubs of all public services over one channel.

    address: host:port of the gateway.
    caller: "customer/<id>", "merchant/<id>" or "operator/<id>"; None for a guest.
    credentials: grpc.ssl_channel_credentials() for the port with TLS; None for plain text.
    """

    def __init__(self, address, caller=None, credentials=None):
        channel = (
            grpc.secure_channel(address, credentials) if credentials else grpc.insecure_channel(address)
        )
        self.channel = grpc.intercept_channel(channel, _Caller(caller)) if caller else channel
        self._underlying = channel
        self.carts = carts_pb2_grpc.CartsServiceStub(self.channel)
        self.catalog = catalog_pb2_grpc.CatalogServiceStub(self.channel)
        self.inventory = inventory_pb2_grpc.InventoryServiceStub(self.channel)
        self.orders = orders_pb2_grpc.OrdersServiceStub(self.channel)
        self.payments = payments_pb2_grpc.PaymentsServiceStub(self.channel)
        self.pricing = pricing_pb2_grpc.PricingServiceStub(self.channel)
        self.shipping = shipping_pb2_grpc.ShippingServiceStub(self.channel)

    def close(self):
        self._underlying.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Refusal(Exception):
    """An error of a service: its code, its reason for programs, its message for developers."""

    def __init__(self, error):
        self.code = error.code()
        self.message = error.details()
        self.reason = ""
        self.metadata = {}
        self.details = _details(error)
        info = self.detail(error_details_pb2.ErrorInfo)
        if info:
            self.reason = info.reason
            self.metadata = dict(info.metadata)
        super().__init__(f"{self.code.name} / {self.reason}: {self.message}")

    def detail(self, kind):
        """The first detail of this message class, or None."""
        for detail in self.details:
            if detail.Is(kind.DESCRIPTOR):
                message = kind()
                detail.Unpack(message)
                return message
        return None

    @property
    def repeatable(self):
        """Whether the same request, with the same request_id, may succeed later."""
        limited = self.code is grpc.StatusCode.RESOURCE_EXHAUSTED and not self.reason  # the gateway
        return self.code in REPEATABLE or self.reason in REPEATABLE_REASONS or limited

    @property
    def pause_seconds(self):
        """How long to wait before that, if the service said so."""
        retry = self.detail(error_details_pb2.RetryInfo)
        return retry.retry_delay.ToTimedelta().total_seconds() if retry else None


def new_request_id():
    """One for each intent. Keep it for as long as you may repeat the request."""
    return str(uuid.uuid4())


def repeat(rpc, request, timeout_seconds=10.0, attempts=5):
    """Calls until there is an answer or a refusal that will not change. The request's request_id
    makes that safe: however often it arrives, it takes effect once."""
    for attempt in range(1, attempts + 1):
        try:
            return rpc(request, timeout=timeout_seconds)
        except grpc.RpcError as error:
            refusal = Refusal(error)
            if attempt == attempts or not refusal.repeatable:
                raise refusal from error
            _wait(attempt, refusal.pause_seconds)


def _wait(attempt, told_seconds):
    pause = told_seconds or min(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1), LONGEST_PAUSE_SECONDS)
    time.sleep(pause * random.uniform(0.8, 1.2))  # so that many clients do not come back at once


def _details(error):
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            return list(status_pb2.Status.FromString(value).details)
    return []


class _Caller(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Says who calls, until tokens do."""

    def __init__(self, caller):
        self._header = ("emporion-caller", caller)

    def _named(self, details):
        metadata = [*(details.metadata or ()), self._header]
        return _CallDetails(details, metadata)

    def intercept_unary_unary(self, continuation, client_call_details, request):
        return continuation(self._named(client_call_details), request)

    def intercept_unary_stream(self, continuation, client_call_details, request):
        return continuation(self._named(client_call_details), request)


class _CallDetails(grpc.ClientCallDetails):
    def __init__(self, other, metadata):
        self.method = other.method
        self.timeout = other.timeout
        self.metadata = metadata
        self.credentials = other.credentials
        self.wait_for_ready = getattr(other, "wait_for_ready", None)
        self.compression = getattr(other, "compression", None)
