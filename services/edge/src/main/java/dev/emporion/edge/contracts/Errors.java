package dev.emporion.edge.contracts;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import java.util.List;

/** What an error looks like: google.rpc.Status, with the details that our services give. */
final class Errors {
  private static final String TYPE_URL = "type.googleapis.com/";

  private final Contracts contracts;
  private final Schemas schemas;

  Errors(Contracts contracts, Schemas schemas) {
    this.contracts = contracts;
    this.schemas = schemas;
  }

  JsonObject response() {
    var response =
        Json.object(
            "description",
            "An error; a gRPC client gets the same with the status code of the same meaning.");
    response.add("content", OpenApi.content(status()));
    return response;
  }

  private JsonObject status() {
    var code = Json.object("type", "integer", "format", "int32");
    code.addProperty("description", "The gRPC status code, for instance 5: NOT_FOUND.");
    var message = Json.object("type", "string", "description", "What is wrong, for a developer.");
    var details = Json.object("type", "array");
    details.addProperty("description", "Exactly one google.rpc.ErrorInfo, and others that help.");
    details.add("items", Json.object("anyOf", details()));
    var properties = Json.object("code", code);
    properties.add("message", message);
    properties.add("details", details);
    var status = Json.object("type", "object");
    status.add("properties", properties);
    return status;
  }

  private JsonArray details() {
    var all = new JsonArray();
    List.of(
            ErrorInfo.getDescriptor(),
            BadRequest.getDescriptor(),
            PreconditionFailure.getDescriptor(),
            RetryInfo.getDescriptor(),
            ResourceInfo.getDescriptor(),
            contracts.message("emporion.pricing.v1.Quote"))
        .forEach(type -> all.add(detail(type)));
    return all;
  }

  /** A message as an Any holds it: beside its fields stands the name of its type. */
  private JsonObject detail(Descriptor type) {
    var name = Json.object("type", "string");
    name.add("enum", Json.array(TYPE_URL + type.getFullName()));
    var any = Json.object("type", "object", "title", type.getName());
    any.add("properties", Json.object("@type", name));
    any.add("required", Json.array("@type"));
    var detail = new JsonObject();
    detail.add("allOf", Json.array(any, schemas.reference(type)));
    return detail;
  }
}
