package dev.emporion.mesh.run;

import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.process.Supervised;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One of a workload's replicas: a program and the Envoy before it; one without the other for a
 * gateway and for what is outside the mesh.
 */
final class Instance {
  private final PodTemplate workload;
  private final int ordinal;
  private final String fingerprint;
  private final Proxy proxy;
  private final Optional<Sidecar> sidecar;
  private final Optional<Supervised> app;
  private final Optional<HealthWatch> health;
  private final Runnable changed;
  private volatile boolean draining;
  private volatile long appPid;

  /**
   * @param proxy its addresses, which it has with and without an Envoy
   * @param fingerprint of what it is started from, or was
   * @param changed called when it may have become ready or unready
   */
  Instance(
      PodTemplate workload,
      int ordinal,
      Proxy proxy,
      Launcher launcher,
      String fingerprint,
      Runnable changed) {
    this.workload = workload;
    this.ordinal = ordinal;
    this.fingerprint = fingerprint;
    this.proxy = proxy;
    this.changed = changed;
    this.sidecar = launcher.sidecar(workload, ordinal, proxy, fingerprint, changed);
    this.app = launcher.app(workload, ordinal, proxy, fingerprint, this::appChanged);
    this.health =
        workload
            .program()
            .map(PodTemplate.Program::probes)
            .map(probes -> new HealthWatch(appAddress(probes.port()), probes, new OnHealth()));
  }

  /** Where its program listens for what comes to this port of the pod. */
  private Address appAddress(int port) {
    return proxy.inbound(port).orElseThrow().app();
  }

  /** The Envoy first: it is up long before the program is. */
  void start() {
    sidecar.ifPresent(Sidecar::start);
    app.ifPresent(Supervised::start);
  }

  private void appChanged() {
    long pid = app.flatMap(Supervised::running).map(process -> process.identity().pid()).orElse(0L);
    if (pid != appPid) {
      if (appPid != 0) {
        health.ifPresent(HealthWatch::ended);
      }
      appPid = pid;
      health.ifPresent(HealthWatch::started);
    }
    changed.run();
  }

  private final class OnHealth implements HealthWatch.Listener {
    @Override
    public void changed() {
      changed.run();
    }

    @Override
    public void hung() {
      Events.say(id() + " answers nothing; killed");
      app.ifPresent(Supervised::kill);
    }
  }

  String id() {
    return proxy.id();
  }

  PodTemplate workload() {
    return workload;
  }

  int ordinal() {
    return ordinal;
  }

  String fingerprint() {
    return fingerprint;
  }

  Proxy proxy() {
    return proxy;
  }

  Optional<Sidecar> sidecar() {
    return sidecar;
  }

  Optional<Supervised> app() {
    return app;
  }

  /** Whether calls are to be sent to it. */
  boolean isReady() {
    return !draining && isWell();
  }

  /** Whether it could answer. */
  boolean isWell() {
    return isAlive()
        && health.map(HealthWatch::isServing).orElse(true)
        && sidecar.map(Sidecar::isUp).orElse(true);
  }

  private boolean isAlive() {
    return app.map(process -> process.running().isPresent()).orElse(true);
  }

  /** Whether there is anything to be said about its health. */
  boolean isKnown() {
    return health.map(HealthWatch::isKnown).orElse(true);
  }

  /** One word for people. */
  String state() {
    if (draining) {
      return "draining";
    }
    if (!isAlive()) {
      return "down";
    }
    if (sidecar.isPresent() && !sidecar.get().isUp()) {
      return "no sidecar";
    }
    return isWell() ? "serving" : "not ready";
  }

  /** From here on nothing new is sent to it. */
  void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  /** Ends the program, which finishes what it is at, then its Envoy. */
  void stop() {
    draining = true;
    health.ifPresent(HealthWatch::close);
    app.ifPresent(Supervised::stop);
    sidecar.ifPresent(Sidecar::stop);
  }

  /** Kills the program, or the Envoy if there is no more; it is started again. */
  Optional<Running> kill() {
    Optional<Running> process =
        app.isPresent() ? app.flatMap(Supervised::running) : sidecar.flatMap(Sidecar::running);
    process.ifPresent(Running::kill);
    return process;
  }

  Registry.Instance registered() {
    Map<Integer, Address> addresses = new HashMap<>();
    proxy
        .inbound()
        .forEach(
            (port, inbound) ->
                addresses.put(port, workload.sidecar() ? inbound.listen() : inbound.app()));
    return new Registry.Instance(
        id(),
        workload.serviceAccount(),
        workload.labels(),
        proxy.zone(),
        addresses,
        workload.sidecar(),
        isReady());
  }
}
