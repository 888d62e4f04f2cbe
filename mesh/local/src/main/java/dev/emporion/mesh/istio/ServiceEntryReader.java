package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.ServiceEntry.Endpoint;
import dev.emporion.mesh.istio.ServiceEntry.Location;
import dev.emporion.mesh.istio.ServiceEntry.Port;
import dev.emporion.mesh.istio.ServiceEntry.Protocol;
import dev.emporion.mesh.istio.ServiceEntry.Resolution;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;

final class ServiceEntryReader {
  /** NONE, also by absence, is for calls that are intercepted; here none are. */
  private static final Type<Resolution> RESOLUTION = Type.oneOfAllBut(Resolution.NONE);

  private ServiceEntryReader() {}

  static ServiceEntry read(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject("spec", spec -> spec(meta, spec));
  }

  private static ServiceEntry spec(Meta meta, Fields spec) {
    ServiceEntry read =
        new ServiceEntry(
            meta.where(),
            meta.name(),
            spec.texts("hosts"),
            spec.objects("ports", ServiceEntryReader::port),
            spec.value("location", Type.oneOf(Location.class)).orElse(Location.MESH_EXTERNAL),
            spec.required("resolution", RESOLUTION),
            spec.objects("endpoints", ServiceEntryReader::endpoint),
            spec.texts("subjectAltNames"));
    spec.atLeastOne("hosts");
    spec.atLeastOne("ports");
    boolean named = read.resolution() == Resolution.STATIC;
    if (named && read.endpoints().isEmpty()) {
      spec.problem("resolution", "STATIC wants endpoints");
    }
    return read;
  }

  private static Port port(Fields port) {
    return new Port(
        port.where(),
        port.required("number", Type.PORT),
        port.requiredText("name"),
        port.required("protocol", Type.oneOf(Protocol.class)),
        port.value("targetPort", Type.PORT));
  }

  private static Endpoint endpoint(Fields endpoint) {
    return new Endpoint(
        endpoint.where(),
        endpoint.requiredText("address"),
        endpoint.valueMap("ports", Type.PORT),
        endpoint.textMap("labels"),
        endpoint.text("locality"),
        endpoint.value("weight", Type.count()));
  }
}
