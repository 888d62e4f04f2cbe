package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.config.Config;
import dev.emporion.mesh.config.ConfigFiles;
import dev.emporion.mesh.config.ConfigResult;
import dev.emporion.mesh.manifest.ServiceManifest;
import dev.emporion.mesh.manifest.Workload;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Proxy.Inbound;
import dev.emporion.mesh.model.Proxy.ServicePort;
import dev.emporion.mesh.model.Registry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This checkout's own YAML, for every Envoy that it needs. */
class CheckoutTranslationTest {
  @TempDir Path folder;

  private final Config config = config();
  private final Translation translation =
      Translation.of(config.istio(), new Registry("emporion", services()));
  private int nextPort = 20_000;

  @Test
  void aRealEnvoyTakesWhatEachIsTold() throws Exception {
    assertThat(translation.problems()).isEmpty();
    EnvoyValidation envoy = new EnvoyValidation(folder);
    for (Workload workload : config.workloads()) {
      if (workload.hasSidecar() || workload.isGateway()) {
        envoy.accepts(workload.name(), translation.resources(proxy(workload)));
      }
    }
  }

  private static Config config() {
    return switch (ConfigFiles.of(Path.of("../..")).read()) {
      case ConfigResult.Valid valid -> valid.config();
      case ConfigResult.Broken broken -> throw new AssertionError(broken.report());
    };
  }

  private List<Registry.Service> services() {
    return config.services().stream()
        .map(
            service ->
                new Registry.Service(
                    service.name(),
                    service.ports().stream().map(CheckoutTranslationTest::port).toList(),
                    List.of()))
        .toList();
  }

  private static Registry.Port port(ServiceManifest.Port port) {
    return new Registry.Port(port.name(), port.port(), port.targetPort().number(), port.protocol());
  }

  private Proxy proxy(Workload workload) {
    boolean gateway = workload.isGateway();
    return new Proxy(
        workload.name() + "-0",
        gateway ? Proxy.Kind.GATEWAY : Proxy.Kind.SIDECAR,
        workload.name(),
        workload.serviceAccount(),
        workload.labels(),
        "a",
        gateway ? Map.of() : inbound(workload),
        gateway ? Map.of() : outbound(),
        gateway ? Map.of(8080, address(), 8443, address()) : Map.of());
  }

  private Map<Integer, Inbound> inbound(Workload workload) {
    Map<Integer, Inbound> inbound = new HashMap<>();
    config.services().stream()
        .filter(service -> service.selects(workload))
        .flatMap(service -> service.ports().stream())
        .forEach(
            port -> inbound.put(port.targetPort().number(), new Inbound(address(), address())));
    return inbound;
  }

  private Map<ServicePort, Address> outbound() {
    Map<ServicePort, Address> outbound = new HashMap<>();
    for (ServiceManifest service : config.services()) {
      service
          .ports()
          .forEach(port -> outbound.put(new ServicePort(service.name(), port.port()), address()));
    }
    return outbound;
  }

  private Address address() {
    return new Address("127.0.0.1", nextPort++);
  }
}
