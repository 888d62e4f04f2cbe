package dev.emporion.mesh.identity;

import com.google.protobuf.ByteString;
import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.model.Proxy;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The certificates of a mesh, in a folder that survives restarts: whoever opens it again finds the
 * same authority and the same certificates.
 *
 * <p>For any threads, but one object per folder.
 */
public final class Identity {
  public static final String TRUST_DOMAIN = "cluster.local";

  /** Names of the secrets, as istiod's. */
  public static final String CERTIFICATE = "default";

  public static final String ROOTS = "ROOTCA";

  /** What the gateway shows to clients outside the mesh: {@code credentialName} of the Gateway. */
  public static final String GATEWAY_CERTIFICATE = "gateway-certificate";

  private static final String WORKLOAD = "workload-";
  private static final String SERVER = "server-";

  private final KeyFolder folder;
  private final String namespace;
  private final Lifetimes lifetimes;
  private final InstantSource clock;
  private final Authority authority;
  private final Map<String, Held> leaves = new HashMap<>();
  private Authority.Phase handedOut;

  /** A certificate and the root that signed it, so that its signature is checked only once. */
  private record Held(Credential leaf, Credential signer) {}

  /**
   * @param folder {@code .run/mesh/ca}; made if missing
   * @param namespace of all service accounts
   */
  public Identity(Path folder, String namespace, Lifetimes lifetimes, InstantSource clock) {
    this.folder = new KeyFolder(folder);
    this.namespace = namespace;
    this.lifetimes = lifetimes;
    this.clock = clock;
    this.authority = new Authority(this.folder, TRUST_DOMAIN, lifetimes, clock);
    writeBundle();
  }

  public String spiffeId(String serviceAccount) {
    return "spiffe://%s/ns/%s/sa/%s".formatted(TRUST_DOMAIN, namespace, serviceAccount);
  }

  /** The roots that are believed now, for clients outside the mesh: {@code curl --cacert}. */
  public Path bundle() {
    return folder.path().resolveSibling("root-certificates.pem");
  }

  /** Begins to replace the root; {@link #advance} does the rest, step by step. */
  public synchronized void changeAuthority() {
    authority.change();
    writeBundle();
  }

  /** Everyone gets another certificate, by the same root, when {@link #secrets} is next asked. */
  public synchronized void renewLeaves() {
    forgetAllBut(Set.of());
  }

  /** Whether a root is being replaced. */
  public synchronized boolean isChanging() {
    return authority.phase() != Authority.Phase.STEADY;
  }

  /**
   * Takes the next step of a change of root, or begins one if it is due.
   *
   * @param reachedAll whether everyone has taken what {@link #secrets} last handed out
   */
  public synchronized void advance(boolean reachedAll) {
    if (authority.isDue()) {
      changeAuthority();
    } else if (isChanging() && reachedAll && handedOut == authority.phase()) {
      authority.proceed();
      writeBundle();
    }
  }

  /**
   * The secrets of each Envoy by its node id: certificates that are valid, were signed by the right
   * root and are not due for renewal, made where there are none. Forgets the certificates of all
   * others.
   */
  public synchronized Map<String, List<Secret>> secrets(Collection<Proxy> proxies) {
    Set<String> used = new HashSet<>();
    Map<String, List<Secret>> secrets = new LinkedHashMap<>();
    for (Proxy proxy : proxies) {
      secrets.put(proxy.id(), secrets(proxy, used));
    }
    forgetAllBut(used);
    handedOut = authority.phase();
    return secrets;
  }

  /** The certificate that an Envoy has, for its age; empty before {@link #secrets} named it. */
  public synchronized Optional<Credential> certificate(String node) {
    return Optional.ofNullable(leaves.get(WORKLOAD + node)).map(Held::leaf);
  }

  /** A certificate outside the mesh's care, for a client that is no sidecar. */
  public synchronized Credential issue(String serviceAccount) {
    return Issuer.workload(
        authority.signer(), spiffeId(serviceAccount), clock.instant(), lifetimes.leaf());
  }

  private List<Secret> secrets(Proxy proxy, Set<String> used) {
    List<Secret> secrets = new ArrayList<>();
    String workload = WORKLOAD + proxy.id();
    used.add(workload);
    secrets.add(certificate(CERTIFICATE, current(workload, () -> issue(proxy.serviceAccount()))));
    secrets.add(roots());
    if (proxy.kind() == Proxy.Kind.GATEWAY) {
      String server = SERVER + proxy.id();
      used.add(server);
      secrets.add(certificate(GATEWAY_CERTIFICATE, current(server, this::localServer)));
    }
    return secrets;
  }

  private Credential localServer() {
    return Issuer.localServer(authority.signer(), clock.instant(), lifetimes.leaf());
  }

  private Credential current(String name, Supplier<Credential> issue) {
    Held held = leaves.computeIfAbsent(name, key -> read(key).orElse(null));
    if (held != null && isGood(held)) {
      return held.leaf();
    }
    Credential fresh = issue.get();
    folder.write(name, fresh);
    leaves.put(name, new Held(fresh, authority.signer()));
    return fresh;
  }

  private Optional<Held> read(String name) {
    return folder
        .read(name)
        .filter(leaf -> leaf.isSignedBy(authority.signer()))
        .map(leaf -> new Held(leaf, authority.signer()));
  }

  private boolean isGood(Held held) {
    return held.signer().equals(authority.signer())
        && clock.instant().isBefore(lifetimes.renewal(held.leaf().certificate()));
  }

  private void forgetAllBut(Set<String> used) {
    leaves.keySet().retainAll(used);
    for (String prefix : List.of(WORKLOAD, SERVER)) {
      folder.names(prefix).stream().filter(name -> !used.contains(name)).forEach(folder::delete);
    }
  }

  private static Secret certificate(String name, Credential credential) {
    return Secret.newBuilder()
        .setName(name)
        .setTlsCertificate(
            TlsCertificate.newBuilder()
                .setCertificateChain(inline(credential.certificatePem()))
                .setPrivateKey(inline(credential.keyPem())))
        .build();
  }

  private Secret roots() {
    return Secret.newBuilder()
        .setName(ROOTS)
        .setValidationContext(
            CertificateValidationContext.newBuilder().setTrustedCa(inline(rootsPem())))
        .build();
  }

  private String rootsPem() {
    return authority.roots().stream().map(Credential::certificatePem).collect(Collectors.joining());
  }

  private static DataSource inline(String text) {
    return DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(text)).build();
  }

  private void writeBundle() {
    Path draft = bundle().resolveSibling("root-certificates.pem.new");
    try {
      Files.writeString(draft, rootsPem());
      Files.move(draft, bundle(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RunnerException("cannot write " + bundle() + ": " + e, e);
    }
  }
}
