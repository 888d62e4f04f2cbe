package dev.emporion.mesh.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.traffic.Traffic.Call;
import dev.emporion.mesh.traffic.Traffic.Way;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The mesh's files and the contracts are written apart; here they are held side by side. */
class TrafficAgreesWithContractsTest {
  /** A company of its own, outside the mesh: no sidecar of it asks who calls. */
  private static final String OUTSIDE = "simulator";

  private static final List<Rpc> RPCS = Rpc.all();

  private final Traffic traffic;

  TrafficAgreesWithContractsTest() throws IOException {
    traffic = Traffic.ofTheRepository();
  }

  @Test
  void everyRpcHasAWayFromServicesAndEveryOpenOneFromTheGateway() {
    assertThat(RPCS)
        .isNotEmpty()
        .allSatisfy(
            rpc -> {
              var from = traffic.ways(rpc).stream().map(Way::fromGateway).toList();
              assertThat(from).contains(false);
              assertThat(!rpc.open() || from.contains(true)).as("open to the gateway").isTrue();
            });
  }

  @Test
  void whatMayNotBeRepeatedIsNotRetried() {
    assertThat(retriedThoughUnrepeatable(RPCS.stream())).isEmpty();
  }

  @Test
  void anRpcWhoseLevelIsForgottenIsFound() {
    var forgotten = RPCS.stream().filter(rpc -> rpc.path().endsWith("/PlaceOrder"));
    assertThat(retriedThoughUnrepeatable(forgotten.map(Rpc::unrepeatable))).hasSize(1);
  }

  private List<Way> retriedThoughUnrepeatable(Stream<Rpc> rpcs) {
    return rpcs.filter(rpc -> !rpc.repeatable())
        .flatMap(rpc -> traffic.ways(rpc).stream())
        .filter(way -> way.attempts() > 0)
        .toList();
  }

  @Test
  void onlyTheGatewayRetries() {
    assertThat(ways().filter(way -> !way.fromGateway()))
        .isNotEmpty()
        .allSatisfy(way -> assertThat(way.attempts()).isZero());
  }

  @Test
  void whatIsRetriedOutlastsTheBreaker() {
    assertThat(ways().filter(way -> way.attempts() > 0))
        .isNotEmpty()
        .allSatisfy(
            way ->
                assertThat(way.attempts())
                    .isGreaterThan(traffic.failuresUntilEjected(way.rpc().service())));
  }

  @Test
  void aStreamHasNoTimeout() {
    assertThat(ways().filter(way -> way.rpc().stream()))
        .isNotEmpty()
        .allSatisfy(way -> assertThat(way.route().timeout()).isEmpty());
  }

  @Test
  void everyOtherCallThatSomebodyMayMakeHasOne() {
    Set<Call> allowed = traffic.allowed();
    assertThat(ways().filter(way -> !way.rpc().stream() && isMade(way, allowed)))
        .isNotEmpty()
        .allSatisfy(way -> assertThat(way.route().timeout()).isPresent());
  }

  private static boolean isMade(Way way, Set<Call> allowed) {
    return allowed.stream()
        .filter(call -> call.path().equals(way.rpc().path()))
        .anyMatch(call -> call.caller().equals(Traffic.GATEWAY) == way.fromGateway());
  }

  @Test
  void everyAllowListNamesRpcsOfItsOwnService() {
    var known =
        RPCS.stream().map(rpc -> rpc.service() + " " + rpc.path()).collect(Collectors.toSet());
    assertThat(traffic.allowed().stream().filter(call -> call.path().startsWith("/emporion.")))
        .isNotEmpty()
        .allSatisfy(call -> assertThat(known).contains(call.service() + " " + call.path()));
  }

  @Test
  void theGatewayMayCallWhatIsOpenAndNothingElse() {
    var open = RPCS.stream().filter(Rpc::open).map(Rpc::path).toList();
    assertThat(
            traffic.allowed().stream()
                .filter(call -> call.caller().equals(Traffic.GATEWAY))
                .map(Call::path)
                .filter(path -> path.startsWith("/emporion.")))
        .containsExactlyInAnyOrderElementsOf(open);
  }

  @Test
  void aServiceReachesThoseWhomItMayCallAndNobodyElse() {
    var services = RPCS.stream().map(Rpc::service).collect(Collectors.toSet());
    assertThat(services)
        .allSatisfy(
            service ->
                assertThat(traffic.reach(service).stream().filter(to -> !to.equals(OUTSIDE)))
                    .containsExactlyInAnyOrderElementsOf(callees(service)));
  }

  private Set<String> callees(String service) {
    return traffic.allowed().stream()
        .filter(call -> call.caller().equals(service))
        .map(Call::service)
        .collect(Collectors.toSet());
  }

  private Stream<Way> ways() {
    return RPCS.stream().flatMap(rpc -> traffic.ways(rpc).stream());
  }
}
