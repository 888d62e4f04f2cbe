package dev.emporion.edge.contracts;

import com.google.api.HttpRule;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Map;
import java.util.TreeMap;

/**
 * The contracts as an OpenAPI document: google.api.http makes the paths, protovalidate the bounds,
 * comments the descriptions. It is version 3.0 because more tools read that than 3.1.
 */
final class OpenApi {
  private static final String REASON_PREFIX = "ERROR_REASON_";
  private static final String INTRODUCTION =
      """
      The shop over REST. The same contracts are served over gRPC and gRPC-Web at the same address.

      A mutation carries a `request_id`, a UUID that you choose for one intent: sending it again, after \
      a timeout or a broken connection, does the thing once and gives the same answer. An error is a \
      `google.rpc.Status`, whose detail of type `google.rpc.ErrorInfo` has the reason; each service \
      lists its own. Fields that are zero, empty or false are left out of answers.

      Reasons that any of them may give:

      """;

  private final Contracts contracts;
  private final Schemas schemas;
  private final Errors errors;
  private final Map<String, JsonObject> paths = new TreeMap<>();

  private OpenApi(Contracts contracts) {
    this.contracts = contracts;
    this.schemas = new Schemas(contracts);
    this.errors = new Errors(contracts, schemas);
  }

  /** The document, as JSON. */
  static String document(Contracts contracts, String version) {
    var json = new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();
    return json.toJson(new OpenApi(contracts).document(version)) + "\n";
  }

  private JsonObject document(String version) {
    var tags = new JsonArray();
    for (ServiceDescriptor service : contracts.publicServices()) {
      tags.add(tag(service));
      for (MethodDescriptor rpc : service.getMethods()) {
        Contracts.http(rpc).ifPresent(rule -> add(rpc, rule));
      }
    }
    var document = Json.object("openapi", "3.0.3");
    document.add("info", info(version));
    document.add("servers", Json.array(Json.object("url", "/")));
    document.add("security", security());
    document.add("tags", tags);
    document.add("paths", all(paths));
    document.add("components", components());
    return document;
  }

  private JsonObject info(String version) {
    var info = Json.object("title", "Emporion", "version", version);
    var common = contracts.enumeration("emporion.common.v1.ErrorReason");
    info.addProperty("description", INTRODUCTION + schemas.values(common, REASON_PREFIX));
    info.add("license", Json.object("name", "Apache-2.0"));
    return info;
  }

  /** A guest says nothing, everyone else who they are. */
  private static JsonArray security() {
    return Json.array(new JsonObject(), Json.object("caller", new JsonArray()));
  }

  private JsonObject components() {
    var caller = Json.object("type", "apiKey", "in", "header", "name", "emporion-caller");
    caller.addProperty(
        "description", "`customer/<id>`, `merchant/<id>` or `operator/<id>`; absent for a guest.");
    var components = Json.object("schemas", schemas.components());
    components.add("responses", Json.object("Error", errors.response()));
    components.add("securitySchemes", Json.object("caller", caller));
    components.add("schemas", schemas.components()); // with what the errors referred to
    return components;
  }

  private JsonObject tag(ServiceDescriptor service) {
    var reasons = service.getFile().findEnumTypeByName("ErrorReason");
    String description = contracts.comment(service);
    if (reasons != null) {
      description += "\n\nReasons of its errors:\n\n" + schemas.values(reasons, REASON_PREFIX);
    }
    return Json.object("name", context(service), "description", description);
  }

  /** {@code carts} for {@code emporion.carts.v1.CartsService}. */
  private static String context(ServiceDescriptor service) {
    return service.getFullName().split("\\.")[1];
  }

  private void add(MethodDescriptor rpc, HttpRule rule) {
    var path = HttpPath.of(rpc, rule);
    paths
        .computeIfAbsent(path.template(), template -> new JsonObject())
        .add(path.verb(), operation(rpc, path));
  }

  private JsonObject operation(MethodDescriptor rpc, HttpPath path) {
    String comment = contracts.comment(rpc);
    var operation = new JsonObject();
    operation.addProperty("operationId", firstLower(rpc.getName()));
    operation.add("tags", Json.array(context(rpc.getService())));
    operation.addProperty("summary", firstSentence(comment));
    operation.addProperty("description", comment);
    var parameters = parameters(path);
    if (!parameters.isEmpty()) {
      operation.add("parameters", parameters);
    }
    if (path.hasBody()) {
      operation.add("requestBody", requestBody(rpc, path));
    }
    operation.add("responses", responses(rpc));
    return operation;
  }

  private JsonArray parameters(HttpPath path) {
    var parameters = new JsonArray();
    path.inPath().forEach((name, field) -> parameters.add(parameter(name, "path", field)));
    path.inQuery().forEach((name, field) -> parameters.add(parameter(name, "query", field)));
    return parameters;
  }

  private JsonObject parameter(String name, String in, FieldDescriptor field) {
    var parameter = Json.object("name", name, "in", in, "description", contracts.comment(field));
    if (in.equals("path") || Bounds.isRequired(field)) {
      parameter.addProperty("required", true);
    }
    parameter.add("schema", schemas.value(field));
    return parameter;
  }

  private JsonObject requestBody(MethodDescriptor rpc, HttpPath path) {
    var schema = schemas.body(rpc.getInputType(), path.topLevelInPath());
    if (rpc.isClientStreaming()) {
      var stream = Json.object("type", "array");
      stream.add("items", schema);
      schema = stream;
    }
    var body = Json.object("content", content(schema));
    body.addProperty("required", true);
    return body;
  }

  private JsonObject responses(MethodDescriptor rpc) {
    var answer = rpc.getOutputType();
    String description = contracts.comment(answer);
    if (rpc.isServerStreaming()) {
      description += " One JSON object a line, each when it happens.";
    }
    var ok = Json.object("description", description);
    ok.add("content", content(schemas.reference(answer)));
    var responses = Json.object("200", ok);
    responses.add("default", Json.object("$ref", "#/components/responses/Error"));
    return responses;
  }

  static JsonObject content(JsonObject schema) {
    return Json.object("application/json", Json.object("schema", schema));
  }

  private static JsonObject all(Map<String, JsonObject> members) {
    var object = new JsonObject();
    members.forEach(object::add);
    return object;
  }

  private static String firstLower(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static String firstSentence(String comment) {
    return comment.split("(?<=[.:])\\s", 2)[0].replaceAll("[.:]$", "");
  }
}
