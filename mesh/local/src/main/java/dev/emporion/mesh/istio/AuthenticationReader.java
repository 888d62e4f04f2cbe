package dev.emporion.mesh.istio;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.emporion.mesh.istio.PeerAuthentication.Mode;
import dev.emporion.mesh.istio.RequestAuthentication.ClaimToHeader;
import dev.emporion.mesh.istio.RequestAuthentication.JwtHeader;
import dev.emporion.mesh.istio.RequestAuthentication.JwtRule;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

final class AuthenticationReader {
  private static final Type<Mode> MODE = Type.oneOf(Mode.class);
  private static final Type<String> JSON =
      Type.TEXT.and("a JSON Web Key Set, as text", AuthenticationReader::isObject);

  private AuthenticationReader() {}

  static PeerAuthentication peer(Fields document) {
    Meta meta = Meta.of(document);
    return document
        .object(
            "spec",
            spec -> {
              Map<String, String> selector = Common.selector(spec, "selector");
              Optional<Mode> mtls = spec.object("mtls", AuthenticationReader::mode);
              Map<Integer, Mode> ports = ports(spec);
              if (!ports.isEmpty() && selector.isEmpty()) {
                spec.problem("portLevelMtls", "wants a selector: a namespace has no ports");
              }
              return new PeerAuthentication(meta.where(), meta.name(), selector, mtls, ports);
            })
        .orElseGet(
            () ->
                new PeerAuthentication(
                    meta.where(), meta.name(), Map.of(), Optional.empty(), Map.of()));
  }

  private static Mode mode(Fields mtls) {
    return mtls.required("mode", MODE);
  }

  private static Map<Integer, Mode> ports(Fields spec) {
    Map<Integer, Mode> modes = new LinkedHashMap<>();
    spec.objectMap("portLevelMtls", AuthenticationReader::mode)
        .forEach(
            (port, mode) -> {
              if (port.matches("[1-9]\\d{0,4}")) {
                modes.put(Integer.valueOf(port), mode);
              } else {
                spec.problem("portLevelMtls", port + " is no port");
              }
            });
    return modes;
  }

  static RequestAuthentication request(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject(
        "spec",
        spec ->
            new RequestAuthentication(
                meta.where(),
                meta.name(),
                Common.selector(spec, "selector"),
                spec.objects("jwtRules", AuthenticationReader::jwtRule)));
  }

  private static JwtRule jwtRule(Fields rule) {
    JwtRule read =
        new JwtRule(
            rule.where(),
            rule.requiredText("issuer"),
            rule.texts("audiences"),
            rule.value("jwks", JSON),
            rule.text("jwksUri"),
            rule.objects("fromHeaders", AuthenticationReader::fromHeader),
            rule.texts("fromParams"),
            rule.texts("fromCookies"),
            rule.flag("forwardOriginalToken"),
            rule.text("outputPayloadToHeader"),
            rule.objects("outputClaimToHeaders", AuthenticationReader::claimToHeader));
    rule.exactlyOne("jwks", "jwksUri");
    return read;
  }

  private static JwtHeader fromHeader(Fields header) {
    return new JwtHeader(header.where(), header.requiredText("name"), header.text("prefix"));
  }

  private static ClaimToHeader claimToHeader(Fields claim) {
    return new ClaimToHeader(
        claim.where(), claim.requiredText("header"), claim.requiredText("claim"));
  }

  private static boolean isObject(String text) {
    try {
      JsonFormat.parser().merge(text, Struct.newBuilder());
      return true;
    } catch (InvalidProtocolBufferException _) {
      return false;
    }
  }
}
