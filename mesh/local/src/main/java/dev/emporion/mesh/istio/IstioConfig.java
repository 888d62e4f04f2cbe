package dev.emporion.mesh.istio;

import java.util.List;

/** All that Istio's YAML says: documents in the order of their files' names, then of the file. */
public record IstioConfig(MeshConfig meshConfig, List<IstioKind> documents) {
  public IstioConfig {
    documents = List.copyOf(documents);
  }

  public List<AuthorizationPolicy> authorizationPolicies() {
    return all(AuthorizationPolicy.class);
  }

  public List<DestinationRule> destinationRules() {
    return all(DestinationRule.class);
  }

  public List<EnvoyFilter> envoyFilters() {
    return all(EnvoyFilter.class);
  }

  public List<Gateway> gateways() {
    return all(Gateway.class);
  }

  public List<PeerAuthentication> peerAuthentications() {
    return all(PeerAuthentication.class);
  }

  public List<RequestAuthentication> requestAuthentications() {
    return all(RequestAuthentication.class);
  }

  public List<ServiceEntry> serviceEntries() {
    return all(ServiceEntry.class);
  }

  public List<Sidecar> sidecars() {
    return all(Sidecar.class);
  }

  public List<Telemetry> telemetries() {
    return all(Telemetry.class);
  }

  public List<VirtualService> virtualServices() {
    return all(VirtualService.class);
  }

  private <T extends IstioKind> List<T> all(Class<T> kind) {
    return documents.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
