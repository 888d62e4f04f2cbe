package dev.emporion.mesh.istio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1beta1", "v1alpha3"})
  void theOlderVersionsThatAClusterServesAreRead(String version) {
    assertThat(
            Read.problems(
                """
                apiVersion: networking.istio.io/%s
                kind: Sidecar
                metadata: {name: a, namespace: emporion, labels: {a: b}, annotations: {c: d}}
                spec: {}
                """
                    .formatted(version)))
        .isEmpty();
  }

  @Test
  void aVersionThatNoClusterServesIsRefused() {
    assertThat(Read.problems(document("networking.istio.io/v2", "Gateway")))
        .containsExactly(
            "a.yaml:1: apiVersion: Gateway of networking.istio.io/v2 is not translated; it is"
                + " networking.istio.io/v1 or networking.istio.io/v1beta1 or"
                + " networking.istio.io/v1alpha3");
  }

  @Test
  void aKindThatIsNotTranslatedIsRefused() {
    assertThat(Read.problems(document("networking.istio.io/v1", "VirtalService")))
        .containsExactly(
            "a.yaml:2: kind: VirtalService is not translated; did you mean VirtualService?");
    assertThat(Read.problems(document("extensions.istio.io/v1alpha1", "WasmPlugin")))
        .containsExactly("a.yaml:2: kind: WasmPlugin is not translated");
  }

  @Test
  void aDocumentThatDoesNotSayWhatItIsIsRefused() {
    assertThat(Read.problems("spec: {}\n"))
        .containsExactly(
            "a.yaml:1: kind must be given, as text", "a.yaml:1: apiVersion must be given, as text");
  }

  @Test
  void anotherNamespaceIsRefused() {
    assertThat(
            Read.problems(
                """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata:
                  name: Default
                  namespace: istio-system
                  finalizers: [a]
                status: {}
                """))
        .containsExactly(
            "a.yaml:4: metadata.name: must be a name of small letters, digits, - and ., not"
                + " \"Default\"",
            "a.yaml:5: metadata.namespace: must be the namespace emporion, not \"istio-system\"",
            "a.yaml:6: metadata.finalizers: not translated",
            "a.yaml:7: status: not translated");
  }

  private static String document(String apiVersion, String kind) {
    return "apiVersion: %s\nkind: %s\nmetadata: {name: a}\nspec: {}\n".formatted(apiVersion, kind);
  }
}
