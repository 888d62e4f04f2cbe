package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which JWTs are believed. A request without one passes, a request with a wrong one does not.
 *
 * @param selector labels of the pods; empty for all of the namespace
 */
public record RequestAuthentication(
    Where where, String name, Map<String, String> selector, List<JwtRule> jwtRules)
    implements IstioKind {

  /**
   * @param jwks the keys themselves, as JSON; never together with {@code jwksUri}
   * @param fromHeaders with no header and no parameter: {@code Authorization: Bearer} and {@code
   *     access_token}
   */
  public record JwtRule(
      Where where,
      String issuer,
      List<String> audiences,
      Optional<String> jwks,
      Optional<String> jwksUri,
      List<JwtHeader> fromHeaders,
      List<String> fromParams,
      List<String> fromCookies,
      Optional<Boolean> forwardOriginalToken,
      Optional<String> outputPayloadToHeader,
      List<ClaimToHeader> outputClaimToHeaders) {}

  public record JwtHeader(Where where, String name, Optional<String> prefix) {}

  public record ClaimToHeader(Where where, String header, String claim) {}
}
