package dev.emporion.edge.contracts;

import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where REST finds an RPC, and which fields of its request stand where.
 *
 * @param template {@code /v1/carts/{cart_id}/lines}
 * @param inPath fields by the name they have in the template
 * @param inQuery fields by the name of their parameter: what is in neither path nor body
 */
record HttpPath(
    String verb,
    String template,
    boolean hasBody,
    Map<String, FieldDescriptor> inPath,
    Map<String, FieldDescriptor> inQuery,
    Set<String> topLevelInPath) {
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_.]+)}");

  /**
   * @throws IllegalArgumentException if the rule says what has no translation here
   */
  static HttpPath of(MethodDescriptor rpc, HttpRule rule) {
    boolean hasBody = rule.getBody().equals("*");
    if (!hasBody && !rule.getBody().isEmpty()
        || !rule.getResponseBody().isEmpty()
        || rule.getAdditionalBindingsCount() > 0) {
      throw untranslated(rpc, "body of one field, response_body or additional_bindings");
    }
    var inPath = new LinkedHashMap<String, FieldDescriptor>();
    var template =
        VARIABLE
            .matcher(path(rpc, rule))
            .replaceAll(
                variable -> {
                  var field = field(rpc.getInputType(), variable.group(1));
                  inPath.put(field.getName(), field);
                  return "{" + field.getName() + "}";
                });
    var topLevel =
        inPath.values().stream()
            .filter(field -> field.getContainingType() == rpc.getInputType())
            .map(FieldDescriptor::getName)
            .collect(Collectors.toSet());
    var inQuery = new LinkedHashMap<String, FieldDescriptor>();
    if (!hasBody) {
      rpc.getInputType().getFields().stream()
          .filter(field -> !topLevel.contains(field.getName()))
          .forEach(field -> addQuery(rpc, field, inQuery));
    }
    return new HttpPath(verb(rpc, rule), template, hasBody, inPath, inQuery, topLevel);
  }

  private static void addQuery(
      MethodDescriptor rpc, FieldDescriptor field, Map<String, FieldDescriptor> inQuery) {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.getMessageType().getFullName().startsWith("google.protobuf.")) {
      throw untranslated(rpc, "a message in the query");
    }
    inQuery.put(field.getName(), field);
  }

  private static FieldDescriptor field(Descriptor message, String path) {
    FieldDescriptor field = null;
    for (String name : path.split("\\.")) {
      field = (field == null ? message : field.getMessageType()).findFieldByName(name);
    }
    return field;
  }

  private static String path(MethodDescriptor rpc, HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> rule.getGet();
      case POST -> rule.getPost();
      case PUT -> rule.getPut();
      case PATCH -> rule.getPatch();
      case DELETE -> rule.getDelete();
      case CUSTOM, PATTERN_NOT_SET -> throw untranslated(rpc, "a custom verb");
    };
  }

  private static String verb(MethodDescriptor rpc, HttpRule rule) {
    return rule.getPatternCase().name().toLowerCase(Locale.ROOT);
  }

  private static IllegalArgumentException untranslated(MethodDescriptor rpc, String what) {
    return new IllegalArgumentException(
        rpc.getFullName() + ": the OpenAPI document cannot say google.api.http with " + what);
  }
}
