"""The same order in JSON, with nothing of ours but the paths; and what else the gateway answers."""

import json
import struct
import uuid

import requests

from emporion.catalog.v1 import catalog_pb2
from steps import equal, true

TIMEOUT_SECONDS = 20
SKU = "MUG-BLUE"
QUANTITY = 2
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
QUOTE = "type.googleapis.com/emporion.pricing.v1.Quote"
GRPC_WEB = "application/grpc-web+proto"
TRAILER_FLAG = 0x80


class Http:
    """One keep-alive session to the gateway."""

    def __init__(self, base):
        self.base = base
        self.session = requests.Session()

    def call(self, method, path, wanted=200, **more):
        answer = self.session.request(
            method, self.base + path, timeout=TIMEOUT_SECONDS, allow_redirects=False, **more
        )
        if answer.status_code != wanted:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer

    def json(self, method, path, wanted=200, **more):
        answer = self.call(method, path, wanted, **more)
        equal(answer.headers["content-type"].split(";")[0], "application/json")
        return answer.json()


class Story(Http):
    """One shopper; each step leaves behind what the next one needs."""

    def steps(self):
        return [
            self.list_products,
            self.one_product,
            self.search,
            self.stock,
            self.cart,
            self.lines,
            self.quote,
            self.not_found,
            self.violated,
            self.misspelt_parameter,
            self.two_ids,
            self.other_price,
            self.order,
            self.watch,
            self.cancel,
        ]

    def list_products(self):
        """GET /v1/products pages through the catalog."""
        first = self.json("GET", "/v1/products", params={"page_size": 2})
        second = self.json(
            "GET", "/v1/products", params={"page_size": 2, "page_token": first["next_page_token"]}
        )
        ids = {product["product_id"] for product in first["products"] + second["products"]}
        equal(len(ids), 4)

    def one_product(self):
        """GET /v1/products/{product_id} has the one of the list."""
        listed = self.json("GET", "/v1/products", params={"page_size": 1})["products"][0]
        one = self.json("GET", f"/v1/products/{listed['product_id']}")
        equal(one["product"], listed)
        return one["product"]["title"]

    def search(self):
        """GET /v1/products:search forgives a typing error."""
        params = {"query": "stonware mug", "page_size": 1}
        hits = self.json("GET", "/v1/products:search", params=params)["hits"]
        true(SKU in [variant["sku"] for variant in hits[0]["product"]["variants"]], hits)

    def stock(self):
        """GET /v1/stock:batchGet takes a parameter twice."""
        found = self.json("GET", "/v1/stock:batchGet", params={"skus": [SKU, "MUG-WHITE"]})
        equal([each["sku"] for each in found["availabilities"]], [SKU, "MUG-WHITE"])

    def cart(self):
        """POST /v1/carts makes one cart, however often it is sent."""
        body = {"request_id": str(uuid.uuid4()), "currency_code": "EUR"}
        self.the_cart = self.json("POST", "/v1/carts", json=body)["cart"]
        equal(self.json("POST", "/v1/carts", json=body)["cart"], self.the_cart)

    def lines(self):
        """Lines are added, changed and taken out below /v1/carts/{cart_id}/lines."""
        lines = f"/v1/carts/{self.the_cart['cart_id']}/lines"
        for sku in (SKU, "MUG-WHITE"):
            body = {"request_id": str(uuid.uuid4()), "line": {"sku": sku, "quantity": 1}}
            self.json("POST", lines, json=body)
        body = {"request_id": str(uuid.uuid4()), "quantity": QUANTITY}
        self.json("PATCH", f"{lines}/{SKU}", json=body)
        params = {"request_id": str(uuid.uuid4())}
        self.the_cart = self.json("DELETE", f"{lines}/MUG-WHITE", params=params)["cart"]
        equal(self.the_cart["lines"], [{"sku": SKU, "quantity": QUANTITY}])

    def quote(self):
        """POST /v1/quotes understands the names in both spellings."""
        body = {
            "currencyCode": "EUR",
            "lines": [{"sku": SKU, "quantity": QUANTITY}],
            "destination": {"region_code": "DE"},
            "delivery_option": "standard",
        }
        self.total = self.json("POST", "/v1/quotes", json=body)["quote"]["total"]
        return self.total

    def not_found(self):
        """A cart that is not there is 404, with its reason."""
        error = self.json("GET", f"/v1/carts/{uuid.uuid4()}", wanted=404)
        equal(error["code"], 5)
        equal(detail(error, ERROR_INFO)["reason"], "CART_NOT_FOUND")
        return error["message"]

    def violated(self):
        """A field out of bounds is 400, and the error names it."""
        error = self.json("POST", "/v1/carts", json={"request_id": "1"}, wanted=400)
        equal(detail(error, ERROR_INFO)["reason"], "VIOLATED_FIELD")
        fields = [each["field"] for each in detail(error, BAD_REQUEST)["field_violations"]]
        equal(sorted(fields), ["currency_code", "request_id"])
        return error["message"]

    def misspelt_parameter(self):
        """A parameter that is not in the contract is 400."""
        self.call("GET", "/v1/products", params={"pagesize": 1}, wanted=400)

    def two_ids(self):
        """A body that names another thing than the path is 400."""
        body = {"request_id": str(uuid.uuid4()), "order_id": str(uuid.uuid4())}
        self.call("POST", f"/v1/orders/{uuid.uuid4()}:cancel", json=body, wanted=400)

    def order_body(self, total):
        return {
            "request_id": str(uuid.uuid4()),
            "cart_id": self.the_cart["cart_id"],
            "cart_etag": self.the_cart["etag"],
            "email": "ada@example.com",
            "delivery_option": "standard",
            "payment_token": "tok_visa",
            "shipping_address": {
                "recipient": "Ada Beispiel",
                "address_lines": ["Lindenallee 5"],
                "postal_code": "10115",
                "locality": "Berlin",
                "region_code": "DE",
            },
            "expected_total": total,
        }

    def other_price(self):
        """Another total than expected is 400 / PRICE_CHANGED with the new quote."""
        body = self.order_body({"currency_code": "EUR", "units": "1"})
        error = self.json("POST", "/v1/orders", json=body, wanted=400)
        equal(error["code"], 9)
        equal(detail(error, ERROR_INFO)["reason"], "PRICE_CHANGED")
        equal(detail(error, QUOTE)["total"], self.total)
        return error["message"]

    def order(self):
        """POST /v1/orders is CONFIRMED, and the same order when sent again."""
        body = self.order_body(self.total)
        self.placed = self.json("POST", "/v1/orders", json=body)["order"]
        again = self.json("POST", "/v1/orders", json=body)["order"]
        equal(again["order_id"], self.placed["order_id"])
        equal(again["state"], "ORDER_STATE_CONFIRMED")
        return self.placed["order_id"]

    def watch(self):
        """GET /v1/orders/{order_id}:watch sends a line for each state, when it happens."""
        path = f"/v1/orders/{self.placed['order_id']}:watch"
        with self.call("GET", path, stream=True) as answer:
            line = next(answer.iter_lines(chunk_size=1))
            equal(json.loads(line)["order"]["state"], "ORDER_STATE_CONFIRMED")

    def cancel(self):
        """POST /v1/orders/{order_id}:cancel gives everything back."""
        path = f"/v1/orders/{self.placed['order_id']}"
        body = {"request_id": str(uuid.uuid4())}
        self.json("POST", f"{path}:cancel", json=body)
        equal(self.json("GET", path)["order"]["state"], "ORDER_STATE_CANCELLED")


class Gateway(Http):
    """What is no contract's path."""

    def steps(self):
        return [self.grpc_web, self.grpc_web_error, self.openapi, self.docs, self.health, self.no_path]

    def grpc_web(self):
        """gRPC-Web answers, as a browser's stub asks."""
        request = catalog_pb2.ListProductsRequest(page_size=1)
        message, trailers = self.web_call("emporion.catalog.v1.CatalogService/ListProducts", request)
        answer = catalog_pb2.ListProductsResponse.FromString(message)
        equal(len(answer.products), 1)
        equal(trailers.get("grpc-status"), "0")

    def grpc_web_error(self):
        """gRPC-Web has an error's status and details."""
        request = catalog_pb2.GetProductRequest(product_id="1")
        _, trailers = self.web_call("emporion.catalog.v1.CatalogService/GetProduct", request)
        equal(trailers.get("grpc-status"), "3")
        true(trailers.get("grpc-status-details-bin"), "no details")

    def web_call(self, rpc, request):
        """The message and the trailers, which stand in a frame of the body or, for an error without
        a message, in the headers."""
        body = request.SerializeToString()
        answer = self.call(
            "POST",
            f"/{rpc}",
            data=struct.pack(">BI", 0, len(body)) + body,
            headers={"content-type": GRPC_WEB, "accept": GRPC_WEB, "x-grpc-web": "1"},
        )
        message, trailers = b"", dict(answer.headers)
        rest = answer.content
        while rest:
            flag, length = struct.unpack(">BI", rest[:5])
            frame, rest = rest[5 : 5 + length], rest[5 + length :]
            if flag & TRAILER_FLAG:
                lines = frame.decode().strip().split("\r\n")
                trailers.update(line.split(":", 1) for line in lines)
            else:
                message += frame
        return message, {key.lower(): value.strip() for key, value in trailers.items()}

    def openapi(self):
        """/openapi.json has the paths, and is not sent twice."""
        answer = self.call("GET", "/openapi.json")
        true("/v1/orders/{order_id}:cancel" in answer.json()["paths"], "no path to cancel an order")
        unchanged = {"if-none-match": answer.headers["etag"]}
        self.call("GET", "/openapi.json", wanted=304, headers=unchanged)
        return f"{len(answer.json()['paths'])} paths"

    def docs(self):
        """/docs shows it, without any other host."""
        equal(self.call("GET", "/", wanted=302).headers["location"], "/docs")
        page = self.call("GET", "/docs").text
        true("http://" not in page and "https://" not in page, "another host in the page")
        for asset in ("/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/docs.js"):
            true(asset in page, f"{asset} is not in the page")
            self.call("GET", asset)

    def health(self):
        """/healthz answers."""
        equal(self.json("GET", "/healthz"), {"status": "SERVING"})

    def no_path(self):
        """A path that nobody has is 404, in JSON."""
        equal(self.json("GET", "/no/such/path", wanted=404)["code"], 5)


def detail(error, kind):
    for each in error["details"]:
        if each["@type"] == kind:
            return each
    raise AssertionError(f"no {kind} in {error}")
