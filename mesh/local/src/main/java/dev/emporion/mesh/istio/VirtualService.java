package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;

/**
 * Where calls go.
 *
 * @param hosts as written: {@code orders}, a full name, or {@code *} at a gateway
 * @param gateways names of Gateways and {@code mesh}, which alone is meant by an empty list
 * @param http tried in order
 */
public record VirtualService(
    Where where, String name, List<String> hosts, List<String> gateways, List<HttpRoute> http)
    implements IstioKind {}
