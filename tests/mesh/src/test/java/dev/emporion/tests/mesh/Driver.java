package dev.emporion.tests.mesh;

import dev.emporion.mesh.model.Address;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a test does to a mesh, be it on a laptop or on a cluster. Commands return when they are in
 * effect as far as the mesh itself says so.
 */
interface Driver {
  /** Where clients come in: plain, and with TLS. */
  Address gateway();

  Address gatewayTls();

  /** Whom a client of {@link #gatewayTls} has to believe. */
  TrustManagerFactory trust() throws GeneralSecurityException;

  /** The folder of Istio's YAML; what a test writes there is taken. */
  Path istio();

  /** Tells the mesh that files have changed, where it does not look itself. */
  void apply();

  /** What is wrong with the files, as the mesh says it; empty if nothing is. */
  List<String> problems();

  /** How far it tells where in a file something is wrong, as problems begin. */
  String place(String file, int line);

  /** All instances that have a sidecar, by name, the gateway's included. */
  List<String> sidecars();

  /** Instances of a service, by name. */
  List<String> instances(String service);

  void scale(String service, int replicas);

  /** One after the other, each drained. */
  void restart(String service);

  /** SIGKILL, of the program and not of its sidecar. */
  void kill(String instance);

  /** SIGSTOP: it is there and says nothing. */
  void pause(String instance);

  /** SIGCONT. */
  void resume(String instance);

  /** SIGKILL of what distributes configuration and watches processes. */
  void killControlPlane();

  /** Starts it again, where nothing else does. */
  void startControlPlane();

  /** Until everything is ready. */
  void awaitReady();

  /** What runs, by something that changes when it is started anew: a pid, a container's id. */
  List<String> processes();

  /** New certificates for everyone; returns when all are in use. */
  void rotateCertificates();

  /** The same, by a new root. */
  void rotateRoot();

  /** The sum of a sidecar's counters whose names a test wants. */
  long counter(String instance, Predicate<String> names);

  /** Where other sidecars reach an instance. */
  Address inbound(String instance);

  /** A client with the certificate of a service, straight to the sidecar of an instance. */
  ManagedChannel channelAs(String service, String instance);
}
