package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.LoadBalancer.ConsistentHash;
import dev.emporion.mesh.istio.LoadBalancer.Distribute;
import dev.emporion.mesh.istio.LoadBalancer.Failover;
import dev.emporion.mesh.istio.LoadBalancer.HttpCookie;
import dev.emporion.mesh.istio.LoadBalancer.LocalityLbSetting;
import dev.emporion.mesh.istio.LoadBalancer.Warmup;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Type;
import java.util.Optional;

final class LoadBalancerReader {
  /** Nothing is intercepted here, so no call has an address of its own to pass on to. */
  private static final Type<LoadBalancer.Simple> SIMPLE =
      Type.oneOfAllBut(LoadBalancer.Simple.PASSTHROUGH);

  private static final int HUNDRED = 100;
  private static final long MAX_RING = 8L << 20;
  private static final double MAX_AGGRESSION = 100;

  private LoadBalancerReader() {}

  static LoadBalancer read(Fields balancer) {
    LoadBalancer read =
        new LoadBalancer(
            balancer.where(),
            balancer.value("simple", SIMPLE),
            balancer.object("consistentHash", LoadBalancerReader::consistentHash),
            balancer.object("localityLbSetting", LoadBalancerReader::locality),
            balancer.object("warmup", LoadBalancerReader::warmup));
    balancer.atMostOne("simple", "consistentHash");
    return read;
  }

  private static ConsistentHash consistentHash(Fields hash) {
    Optional<Long> old = hash.value("minimumRingSize", Type.wholeNumber(1, MAX_RING));
    ConsistentHash read =
        new ConsistentHash(
            hash.where(),
            hash.text("httpHeaderName"),
            hash.object("httpCookie", LoadBalancerReader::cookie),
            hash.flag("useSourceIp"),
            hash.text("httpQueryParameterName"),
            hash.object(
                    "ringHash",
                    ring -> ring.value("minimumRingSize", Type.wholeNumber(1, MAX_RING)))
                .orElse(old),
            hash.object(
                    "maglev", maglev -> maglev.value("tableSize", Type.wholeNumber(1, MAX_RING)))
                .orElse(Optional.empty()));
    hash.exactlyOne("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName");
    hash.atMostOne("ringHash", "maglev", "minimumRingSize");
    return read;
  }

  private static HttpCookie cookie(Fields cookie) {
    return new HttpCookie(
        cookie.where(),
        cookie.requiredText("name"),
        cookie.text("path"),
        cookie.value("ttl", Type.DURATION_OR_ZERO));
  }

  private static LocalityLbSetting locality(Fields setting) {
    LocalityLbSetting read =
        new LocalityLbSetting(
            setting.where(),
            setting.flag("enabled"),
            setting.objects("distribute", LoadBalancerReader::distribute),
            setting.objects("failover", LoadBalancerReader::failover),
            setting.texts("failoverPriority"));
    setting.atMostOne("distribute", "failover");
    setting.atMostOne("distribute", "failoverPriority");
    return read;
  }

  private static Distribute distribute(Fields distribute) {
    Distribute read =
        new Distribute(
            distribute.where(),
            distribute.requiredText("from"),
            distribute.valueMap("to", Type.integer(0, HUNDRED)));
    int sum = read.to().values().stream().mapToInt(Integer::intValue).sum();
    if (sum != HUNDRED) {
      distribute.problem("to", "must add up to 100, not " + sum);
    }
    return read;
  }

  private static Failover failover(Fields failover) {
    return new Failover(
        failover.where(), failover.requiredText("from"), failover.requiredText("to"));
  }

  private static Warmup warmup(Fields warmup) {
    return new Warmup(
        warmup.where(),
        warmup.required("duration", Type.DURATION),
        warmup.value("minimumPercent", Type.PERCENT),
        warmup.value("aggression", Type.number(1, MAX_AGGRESSION)));
  }
}
