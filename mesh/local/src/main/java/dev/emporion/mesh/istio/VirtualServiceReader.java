package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;

final class VirtualServiceReader {
  private VirtualServiceReader() {}

  static VirtualService read(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject("spec", spec -> spec(meta, spec));
  }

  private static VirtualService spec(Meta meta, Fields spec) {
    VirtualService read =
        new VirtualService(
            meta.where(),
            meta.name(),
            spec.texts("hosts"),
            spec.texts("gateways"),
            spec.objects("http", HttpRouteReader::read));
    spec.atLeastOne("hosts");
    spec.atLeastOne("http");
    return read;
  }
}
