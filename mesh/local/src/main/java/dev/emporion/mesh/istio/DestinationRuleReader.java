package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.DestinationRule.Subset;
import dev.emporion.mesh.istio.TrafficPolicy.PortTrafficPolicy;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;
import java.util.Optional;

final class DestinationRuleReader {
  private static final Type<Integer> PERCENT = Type.integer(0, 100);

  private DestinationRuleReader() {}

  static DestinationRule read(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject(
        "spec",
        spec ->
            new DestinationRule(
                meta.where(),
                meta.name(),
                spec.requiredText("host"),
                spec.object("trafficPolicy", DestinationRuleReader::trafficPolicy),
                spec.objects("subsets", DestinationRuleReader::subset),
                Common.selector(spec, "workloadSelector")));
  }

  private static Subset subset(Fields subset) {
    return new Subset(
        subset.where(),
        subset.requiredText("name"),
        subset.textMap("labels"),
        subset.object("trafficPolicy", DestinationRuleReader::trafficPolicy));
  }

  private static TrafficPolicy trafficPolicy(Fields policy) {
    return new TrafficPolicy(
        policy.where(),
        policy.object("loadBalancer", LoadBalancerReader::read),
        policy.object("connectionPool", DestinationRuleReader::connectionPool),
        policy.object("outlierDetection", DestinationRuleReader::outlierDetection),
        policy.object("tls", DestinationRuleReader::tls),
        policy.objects("portLevelSettings", DestinationRuleReader::portTrafficPolicy));
  }

  private static PortTrafficPolicy portTrafficPolicy(Fields policy) {
    return new PortTrafficPolicy(
        policy.where(),
        policy.requiredObject("port", Common::portNumber),
        policy.object("loadBalancer", LoadBalancerReader::read),
        policy.object("connectionPool", DestinationRuleReader::connectionPool),
        policy.object("outlierDetection", DestinationRuleReader::outlierDetection),
        policy.object("tls", DestinationRuleReader::tls));
  }

  private static ConnectionPool connectionPool(Fields pool) {
    return new ConnectionPool(
        pool.where(),
        pool.object("tcp", DestinationRuleReader::tcp),
        pool.object("http", DestinationRuleReader::http));
  }

  private static ConnectionPool.Tcp tcp(Fields tcp) {
    return new ConnectionPool.Tcp(
        tcp.where(),
        tcp.value("maxConnections", Type.count()),
        tcp.value("connectTimeout", Type.DURATION),
        tcp.object("tcpKeepalive", DestinationRuleReader::keepalive),
        tcp.value("maxConnectionDuration", Type.DURATION),
        tcp.value("idleTimeout", Type.DURATION_OR_ZERO));
  }

  private static ConnectionPool.TcpKeepalive keepalive(Fields keepalive) {
    return new ConnectionPool.TcpKeepalive(
        keepalive.where(),
        keepalive.value("probes", Type.count()),
        keepalive.value("time", Type.DURATION),
        keepalive.value("interval", Type.DURATION));
  }

  private static ConnectionPool.Http http(Fields http) {
    ConnectionPool.Http read =
        new ConnectionPool.Http(
            http.where(),
            http.value("http1MaxPendingRequests", Type.count()),
            http.value("http2MaxRequests", Type.count()),
            http.value("maxRequestsPerConnection", Type.count()),
            http.value("maxRetries", Type.count()),
            http.value("idleTimeout", Type.DURATION_OR_ZERO),
            http.value("h2UpgradePolicy", Type.oneOf(ConnectionPool.UpgradePolicy.class)),
            http.flag("useClientProtocol"),
            http.value("maxConcurrentStreams", Type.count()));
    if (read.useClientProtocol().orElse(false)
        && read.h2UpgradePolicy().equals(Optional.of(ConnectionPool.UpgradePolicy.UPGRADE))) {
      http.problem("useClientProtocol", "not together with h2UpgradePolicy UPGRADE");
    }
    return read;
  }

  private static OutlierDetection outlierDetection(Fields outliers) {
    return new OutlierDetection(
        outliers.where(),
        outliers.flag("splitExternalLocalOriginErrors"),
        outliers.value("consecutiveLocalOriginFailures", Type.count()),
        outliers.value("consecutiveGatewayErrors", Type.count()),
        outliers.value("consecutive5xxErrors", Type.count()),
        outliers.value("interval", Type.DURATION),
        outliers.value("baseEjectionTime", Type.DURATION),
        outliers.value("maxEjectionPercent", PERCENT),
        outliers.value("minHealthPercent", PERCENT));
  }

  private static ClientTls tls(Fields tls) {
    return new ClientTls(
        tls.where(),
        tls.required("mode", Type.oneOf(ClientTls.Mode.class)),
        tls.text("clientCertificate"),
        tls.text("privateKey"),
        tls.text("caCertificates"),
        tls.text("credentialName"),
        tls.texts("subjectAltNames"),
        tls.text("sni"),
        tls.flag("insecureSkipVerify"));
  }
}
