package dev.emporion.mesh.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private final Traffic.Meter meter = new Traffic.Meter();

  private Traffic look(long completed, long http5xx, long unavailable) {
    String text =
        """
        cluster.inbound|50055||.grpc.0: 7
        cluster.inbound|50055||.grpc.14: %d
        cluster.outbound|50052||inventory.emporion.svc.cluster.local.grpc.14: 99
        http.inbound_50055.downstream_rq_5xx: %d
        http.inbound_50055.downstream_rq_completed: %d
        http.inbound_50055.downstream_rq_time: P0(nan,0) P50(1.05,2.5) P90(2,3) P99(4.5,9) P100(5,9)
        """
            .formatted(unavailable, http5xx, completed);
    return meter.since(Statistics.parse(text), System.nanoTime());
  }

  @Test
  void itCountsWhatCameInSinceTheLastLook() {
    look(100, 1, 2);
    Traffic traffic = look(120, 2, 5);
    assertThat(traffic.requests()).isEqualTo(20);
    assertThat(traffic.errors()).isEqualTo(4);
    assertThat(traffic.errorPercent()).isEqualTo(20);
    assertThat(traffic.median()).hasValue(1.05);
    assertThat(traffic.p99()).hasValue(4.5);
  }

  @Test
  void anEnvoyThatWasStartedAgainCountsFromNothing() {
    look(100, 0, 3);
    assertThat(look(10, 0, 1).requests()).isEqualTo(10);
  }

  @Test
  void aRateIsPerSecond() {
    long now = System.nanoTime();
    Statistics ten = Statistics.parse("http.inbound_1.downstream_rq_completed: 10");
    Statistics thirty = Statistics.parse("http.inbound_1.downstream_rq_completed: 30");
    meter.since(ten, now);
    assertThat(meter.since(thirty, now + TimeUnit.SECONDS.toNanos(4)).perSecond()).isEqualTo(5);
  }
}
