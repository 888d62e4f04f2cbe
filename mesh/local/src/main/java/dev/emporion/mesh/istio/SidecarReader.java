package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.Sidecar.EgressHost;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Node;
import dev.emporion.mesh.yaml.Type;
import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Optional;

final class SidecarReader {
  private static final Type<EgressHost> EGRESS_HOST =
      new Type<>(
          "namespace/host, such as ./orders.emporion.svc.cluster.local",
          "",
          new EgressHost(new Where("", 0, ""), "*", "*"),
          SidecarReader::egressHost);

  private SidecarReader() {}

  static Sidecar read(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject("spec", spec -> spec(meta, spec));
  }

  private static Sidecar spec(Meta meta, Fields spec) {
    // nothing takes calls to strangers out of a program's hands here
    spec.passOver("outboundTrafficPolicy");
    List<List<EgressHost>> hosts = spec.objects("egress", SidecarReader::egress);
    return new Sidecar(
        meta.where(),
        meta.name(),
        Common.workloadSelector(spec),
        hosts.isEmpty()
            ? Optional.empty()
            : Optional.of(hosts.stream().flatMap(List::stream).toList()));
  }

  private static List<EgressHost> egress(Fields egress) {
    List<EgressHost> hosts = egress.values("hosts", EGRESS_HOST);
    egress.atLeastOne("hosts");
    return hosts;
  }

  private static Optional<EgressHost> egressHost(Node.Scalar scalar) {
    String[] parts = scalar.text().split("/", -1);
    boolean isOne = parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty();
    return isOne
        ? Optional.of(new EgressHost(scalar.where(), parts[0], parts[1]))
        : Optional.empty();
  }
}
