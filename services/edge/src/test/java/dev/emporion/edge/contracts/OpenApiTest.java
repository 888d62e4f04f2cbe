package dev.emporion.edge.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpenApiTest {
  private final Contracts contracts = TranscoderTest.read();
  private final String text = OpenApi.document(contracts, "1.2.3");
  private final JsonObject document = JsonParser.parseString(text).getAsJsonObject();

  @Test
  void aToolThatReadsOpenApiFindsNothingWrong() {
    var options = new ParseOptions();
    options.setResolve(true);
    var parsed = new OpenAPIV3Parser().readContents(text, null, options);
    assertThat(parsed.getMessages()).isEmpty();
    OpenAPI api = parsed.getOpenAPI();
    assertThat(api.getInfo().getVersion()).isEqualTo("1.2.3");
    assertThat(api.getPaths()).containsKeys("/v1/products", "/v1/orders/{order_id}:cancel");
  }

  @Test
  void everyPublicRpcIsThereOnce() {
    List<String> rpcs =
        contracts.publicServices().stream()
            .flatMap(service -> service.getMethods().stream())
            .filter(rpc -> Contracts.http(rpc).isPresent())
            .map(rpc -> Character.toLowerCase(rpc.getName().charAt(0)) + rpc.getName().substring(1))
            .toList();
    List<String> operations =
        operations().map(operation -> operation.get("operationId").getAsString()).toList();
    assertThat(operations).containsExactlyInAnyOrderElementsOf(rpcs).doesNotHaveDuplicates();
  }

  @Test
  void everythingThatIsReferredToIsThereAndEverythingThatIsThereIsReferredTo() {
    var schemas = at("components", "schemas");
    Set<String> wanted = new HashSet<>();
    collectReferences(document, wanted);
    wanted.removeIf(reference -> !reference.startsWith("#/components/schemas/"));
    assertThat(wanted.stream().map(reference -> reference.substring(21)))
        .containsExactlyInAnyOrderElementsOf(schemas.keySet());
  }

  @Test
  void everyOperationParameterSchemaAndFieldIsDescribed() {
    var silent = new ArrayList<String>();
    operations()
        .filter(operation -> !operation.has("description"))
        .forEach(operation -> silent.add(operation.get("operationId").getAsString()));
    var schemas = at("components", "schemas");
    for (String name : schemas.keySet()) {
      JsonObject schema = schemas.getAsJsonObject(name);
      if (!name.startsWith("google.rpc.")) {
        undescribed(name, schema).forEach(silent::add);
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void boundsAreThoseOfTheContract() {
    var line = at("components", "schemas", "carts.v1.CartLine", "properties");
    assertThat(line.getAsJsonObject("sku").get("pattern").getAsString())
        .isEqualTo("^[A-Z0-9][A-Z0-9._-]{0,63}$");
    assertThat(line.getAsJsonObject("quantity").get("minimum").getAsInt()).isEqualTo(1);
    assertThat(line.getAsJsonObject("quantity").get("maximum").getAsInt()).isEqualTo(10_000);
    var cart = at("components", "schemas", "carts.v1.CreateCartRequest");
    assertThat(
            cart.getAsJsonObject("properties").getAsJsonObject("lines").get("maxItems").getAsInt())
        .isEqualTo(100);
    assertThat(strings(cart.getAsJsonArray("required")))
        .containsExactly("request_id", "currency_code");
  }

  @Test
  void aBodyHasNoFieldThatThePathHas() {
    var body = at("components", "schemas", "carts.v1.AddCartLineRequest", "properties");
    assertThat(body.keySet()).containsExactly("request_id", "line", "etag");
  }

  @Test
  void aFieldOutsidePathAndBodyIsAParameter() {
    var operation = at("paths", "/v1/carts/{cart_id}/lines/{sku}", "delete");
    assertThat(
            operation.getAsJsonArray("parameters").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(each -> each.get("in").getAsString() + " " + each.get("name").getAsString()))
        .containsExactly("path cart_id", "path sku", "query request_id", "query etag");
    assertThat(operation.has("requestBody")).isFalse();
  }

  @Test
  void typesWithAFormOfTheirOwnHaveIt() {
    var order = at("components", "schemas", "orders.v1.Order", "properties");
    assertThat(order.getAsJsonObject("create_time").get("format").getAsString())
        .isEqualTo("date-time");
    var units = at("components", "schemas", "google.type.Money", "properties", "units");
    assertThat(units.get("type").getAsString()).isEqualTo("string");
    var state = at("components", "schemas", "orders.v1.OrderState");
    assertThat(strings(state.getAsJsonArray("enum"))).contains("ORDER_STATE_CONFIRMED");
    assertThat(state.get("description").getAsString()).contains("Stock is reserved");
  }

  @Test
  void errorsHaveTheirDetails() {
    var error = at("components", "responses", "Error").toString();
    assertThat(error)
        .contains("type.googleapis.com/google.rpc.ErrorInfo")
        .contains("type.googleapis.com/emporion.pricing.v1.Quote");
    assertThat(document.getAsJsonArray("tags").toString()).contains("`PRICE_CHANGED`");
  }

  private static Stream<String> undescribed(String name, JsonObject schema) {
    Stream<String> itself = schema.has("description") ? Stream.of() : Stream.of(name);
    if (!schema.has("properties")) {
      return itself;
    }
    var properties = schema.getAsJsonObject("properties");
    return Stream.concat(
        itself,
        properties.keySet().stream()
            .filter(field -> !properties.getAsJsonObject(field).has("description"))
            .map(field -> name + "." + field));
  }

  private Stream<JsonObject> operations() {
    return at("paths").asMap().values().stream()
        .flatMap(path -> path.getAsJsonObject().asMap().values().stream())
        .map(JsonElement::getAsJsonObject);
  }

  private JsonObject at(String... names) {
    JsonObject found = document;
    for (String name : names) {
      found = found.getAsJsonObject(name);
      assertThat(found).as(name).isNotNull();
    }
    return found;
  }

  private static List<String> strings(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsString).toList();
  }

  private static void collectReferences(JsonElement in, Set<String> references) {
    if (in.isJsonArray()) {
      in.getAsJsonArray().forEach(each -> collectReferences(each, references));
    } else if (in.isJsonObject()) {
      for (var member : in.getAsJsonObject().entrySet()) {
        if (member.getKey().equals("$ref") && member.getValue().isJsonPrimitive()) {
          references.add(member.getValue().getAsString());
        }
        collectReferences(member.getValue(), references);
      }
    }
  }
}
