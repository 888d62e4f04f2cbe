package dev.emporion.mesh.xds;

import static dev.emporion.mesh.xds.ResourceType.CLUSTER;
import static dev.emporion.mesh.xds.ResourceType.ENDPOINT;
import static dev.emporion.mesh.xds.ResourceType.LISTENER;
import static dev.emporion.mesh.xds.ResourceType.ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import dev.emporion.mesh.model.Resources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The order of what is sent, with this test in Envoy's place. */
class EnvoyStreamTest {
  private final List<String> sent = new ArrayList<>();
  private final Map<ResourceType, DiscoveryResponse> last = new EnumMap<>(ResourceType.class);

  private final EnvoyStream stream =
      new EnvoyStream(
          new StreamObserver<>() {
            @Override
            public void onNext(DiscoveryResponse response) {
              ResourceType type = ResourceType.of(response.getTypeUrl()).orElseThrow();
              last.put(type, response);
              sent.add(type + " " + clusterNames(type, response));
            }

            @Override
            public void onError(Throwable cause) {}

            @Override
            public void onCompleted() {}
          },
          InstantSource.system());

  private static String clusterNames(ResourceType type, DiscoveryResponse response) {
    if (type != CLUSTER) {
      return "";
    }
    List<String> names = new ArrayList<>();
    for (Any any : response.getResourcesList()) {
      try {
        names.add(any.unpack(Cluster.class).getName());
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
    return String.join(",", names);
  }

  private List<String> sent() {
    List<String> all = sent.stream().map(String::strip).toList();
    sent.clear();
    return all;
  }

  private static Wanted wanted(String cluster, String listener) {
    return Wanted.of(
        new Resources(
            List.of(Listener.newBuilder().setName("in").setStatPrefix(listener).build()),
            List.of(
                RouteConfiguration.newBuilder()
                    .setName("in")
                    .addInternalOnlyHeaders(cluster)
                    .build()),
            List.of(
                Cluster.newBuilder().setName(cluster).setType(Cluster.DiscoveryType.EDS).build()),
            List.of(ClusterLoadAssignment.newBuilder().setClusterName(cluster).build())),
        List.of());
  }

  private DiscoveryRequest.Builder request(ResourceType type, String... names) {
    DiscoveryResponse response = last.getOrDefault(type, DiscoveryResponse.getDefaultInstance());
    return DiscoveryRequest.newBuilder()
        .setTypeUrl(type.url())
        .setVersionInfo(response.getVersionInfo())
        .setResponseNonce(response.getNonce())
        .addAllResourceNames(List.of(names));
  }

  private void receive(ResourceType type, String... names) {
    stream.receive(type, request(type, names).build());
  }

  private void refuse(ResourceType type, String acceptedVersion, String... names) {
    stream.receive(
        type,
        request(type, names)
            .setVersionInfo(acceptedVersion)
            .setErrorDetail(Status.newBuilder().setMessage("no"))
            .build());
  }

  /** As an Envoy starts. */
  private void settle() {
    stream.want(wanted("a", "1"));
    receive(CLUSTER);
    receive(ENDPOINT, "a");
    receive(CLUSTER);
    receive(ENDPOINT, "a");
    receive(LISTENER);
    receive(LISTENER);
    receive(ROUTE, "in");
    receive(ROUTE, "in");
    assertThat(stream.status("a").isInEffect()).isTrue();
    sent();
  }

  @Test
  void anUnknownEnvoyGetsNothing() {
    receive(CLUSTER);
    receive(LISTENER);
    assertThat(sent()).isEmpty();
  }

  @Test
  void aChangeMakesBeforeItBreaks() {
    settle();
    stream.want(wanted("b", "2"));
    assertThat(sent()).startsWith("CLUSTER a,b");

    receive(ENDPOINT, "a", "b");
    receive(ENDPOINT, "a", "b");
    assertThat(sent()).as("listeners wait for the clusters").containsOnly("ENDPOINT");
    receive(CLUSTER);
    assertThat(sent()).containsExactly("LISTENER");
    receive(LISTENER);
    assertThat(sent()).containsExactly("ROUTE");
    assertThat(stream.status("a").isInEffect()).isFalse();
    receive(ROUTE, "in");
    assertThat(sent()).containsExactly("CLUSTER b");
    receive(CLUSTER);
    assertThat(stream.status("a").isInEffect()).isTrue();
  }

  @Test
  void whatIsTheSameIsNotSent() {
    settle();
    stream.want(wanted("a", "1"));
    assertThat(sent()).isEmpty();
    stream.want(wanted("a", "2"));
    assertThat(sent()).containsExactly("LISTENER");
  }

  @Test
  void aRefusalStopsWhatComesBehindItUntilThereIsSomethingNew() {
    settle();
    String good = last.get(LISTENER).getVersionInfo();
    Wanted bad = wanted("b", "bad");
    stream.want(bad);
    receive(ENDPOINT, "a", "b");
    receive(ENDPOINT, "a", "b");
    receive(CLUSTER);
    sent();
    refuse(LISTENER, good);
    assertThat(sent()).isEmpty();
    assertThat(stream.status("a").rejections().get(LISTENER).message()).isEqualTo("no");

    stream.want(bad);
    assertThat(sent()).as("refused once is enough").isEmpty();

    stream.want(wanted("b", "better"));
    assertThat(sent()).containsExactly("LISTENER");
    receive(LISTENER);
    assertThat(sent()).containsExactly("ROUTE");
    assertThat(stream.status("a").rejections()).isEmpty();
  }

  @Test
  void afterARefusalTheVersionBeforeIsSentAgain() {
    settle();
    String good = last.get(LISTENER).getVersionInfo();
    stream.want(wanted("a", "bad"));
    refuse(LISTENER, good);
    sent();
    stream.want(wanted("a", "1"));
    assertThat(sent()).containsExactly("LISTENER");
  }

  @Test
  void anEnvoyWithNothingToKeepTakesWhatItCanGet() {
    stream.want(wanted("a", "1"));
    receive(CLUSTER);
    receive(LISTENER);
    refuse(CLUSTER, "");
    assertThat(sent()).containsExactly("CLUSTER a", "LISTENER");
  }

  @Test
  void theSameNamesOnceMoreAreAnsweredOnceMore() {
    settle();
    receive(ENDPOINT, "a");
    assertThat(sent()).containsExactly("ENDPOINT");
    receive(ENDPOINT, "a");
    assertThat(sent()).isEmpty();
  }

  @Test
  void whatSpeaksOfAnEarlierAnswerIsPassedOver() {
    settle();
    DiscoveryRequest early = request(LISTENER).build();
    stream.want(wanted("a", "2"));
    sent();
    stream.receive(LISTENER, early);
    assertThat(sent()).isEmpty();
    assertThat(stream.status("a").isInEffect()).isFalse();
  }

  @Test
  void anEnvoyThatComesBackWithTheSameVersionsIsNotToldThemAgain() {
    stream.want(wanted("a", "1"));
    String clusters = wanted("a", "1").get(CLUSTER).version();
    stream.receive(CLUSTER, request(CLUSTER).setVersionInfo(clusters).build());
    assertThat(sent()).isEmpty();
    stream.want(wanted("b", "1"));
    assertThat(sent()).as("they are still used").containsExactly("CLUSTER a,b");
  }
}
