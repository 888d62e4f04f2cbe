package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.AuthorizationPolicy.Action;
import dev.emporion.mesh.istio.AuthorizationPolicy.Condition;
import dev.emporion.mesh.istio.AuthorizationPolicy.Operation;
import dev.emporion.mesh.istio.AuthorizationPolicy.Rule;
import dev.emporion.mesh.istio.AuthorizationPolicy.Source;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;
import java.util.List;
import java.util.Map;

final class AuthorizationPolicyReader {
  private static final Type<String> PRINCIPAL =
      Type.TEXT.matching(
          "a principal such as cluster.local/ns/emporion/sa/orders, without spiffe://",
          "(?!spiffe:).+");
  private static final Type<String> CIDR =
      Type.TEXT.matching("an IP address or a block of them", "[0-9a-fA-F.:]+(/\\d{1,3})?");
  private static final Type<Integer> PORT =
      Type.TEXT
          .matching("a port as text, such as \"50055\"", "[1-9]\\d{0,4}")
          .map(1, Integer::valueOf);
  private static final Type<String> KEY =
      Type.TEXT.matching(
          "an attribute of Istio's, such as request.headers[x] or request.auth.claims[x]",
          "request\\.headers\\[[^\\]]+]|request\\.auth\\.claims(\\[[^\\]]+])+"
              + "|request\\.auth\\.(principal|audiences|presenter)|source\\.(ip|namespace|principal)"
              + "|remote\\.ip|destination\\.(ip|port)|connection\\.sni");

  private AuthorizationPolicyReader() {}

  static AuthorizationPolicy read(Fields document) {
    Meta meta = Meta.of(document);
    return document
        .object(
            "spec",
            spec ->
                new AuthorizationPolicy(
                    meta.where(),
                    meta.name(),
                    Common.selector(spec, "selector"),
                    spec.value("action", Type.oneOf(Action.class)).orElse(Action.ALLOW),
                    spec.objects("rules", AuthorizationPolicyReader::rule)))
        .orElseGet(
            () ->
                new AuthorizationPolicy(
                    meta.where(), meta.name(), Map.of(), Action.ALLOW, List.of()));
  }

  private static Rule rule(Fields rule) {
    return new Rule(
        rule.where(),
        rule.objects(
            "from", from -> from.requiredObject("source", AuthorizationPolicyReader::source)),
        rule.objects(
            "to", to -> to.requiredObject("operation", AuthorizationPolicyReader::operation)),
        rule.objects("when", AuthorizationPolicyReader::condition));
  }

  private static Source source(Fields source) {
    Source read =
        new Source(
            source.where(),
            source.values("principals", PRINCIPAL),
            source.values("notPrincipals", PRINCIPAL),
            source.texts("requestPrincipals"),
            source.texts("notRequestPrincipals"),
            source.texts("namespaces"),
            source.texts("notNamespaces"),
            source.values("ipBlocks", CIDR),
            source.values("notIpBlocks", CIDR),
            source.values("remoteIpBlocks", CIDR),
            source.values("notRemoteIpBlocks", CIDR));
    source.atLeastOne(
        "principals",
        "notPrincipals",
        "requestPrincipals",
        "notRequestPrincipals",
        "namespaces",
        "notNamespaces",
        "ipBlocks",
        "notIpBlocks",
        "remoteIpBlocks",
        "notRemoteIpBlocks");
    return read;
  }

  private static Operation operation(Fields operation) {
    Operation read =
        new Operation(
            operation.where(),
            operation.texts("hosts"),
            operation.texts("notHosts"),
            operation.values("ports", PORT),
            operation.values("notPorts", PORT),
            operation.texts("methods"),
            operation.texts("notMethods"),
            operation.texts("paths"),
            operation.texts("notPaths"));
    operation.atLeastOne(
        "hosts", "notHosts", "ports", "notPorts", "methods", "notMethods", "paths", "notPaths");
    return read;
  }

  private static Condition condition(Fields condition) {
    Condition read =
        new Condition(
            condition.where(),
            condition.required("key", KEY),
            condition.texts("values"),
            condition.texts("notValues"));
    condition.atLeastOne("values", "notValues");
    return read;
  }
}
