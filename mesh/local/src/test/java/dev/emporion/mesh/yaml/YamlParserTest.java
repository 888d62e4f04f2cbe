package dev.emporion.mesh.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlParserTest {
  private final Problems problems = new Problems();

  @Test
  void everyValueKnowsItsLineAndPath() {
    Node.Mapping document =
        parse(
                """
                # a comment
                spec:
                  http:
                    - name: a
                    - name: b
                      labels: {app.kubernetes.io/name: c}
                """)
            .getFirst();
    Node.Mapping spec = (Node.Mapping) document.fields().get("spec");
    Node.Sequence http = (Node.Sequence) spec.fields().get("http");
    Node.Mapping second = (Node.Mapping) http.items().get(1);
    assertThat(second.where()).hasToString("a.yaml:5: spec.http[1]");
    Node.Mapping labels = (Node.Mapping) second.fields().get("labels");
    assertThat(labels.fields().get("app.kubernetes.io/name").where())
        .hasToString("a.yaml:6: spec.http[1].labels[app.kubernetes.io/name]");
  }

  @Test
  void theLinesOfASecondDocumentAreThoseOfTheFile() {
    assertThat(parse("a: 1\n---\nb: 2\n---\n").get(1).fields().get("b").where())
        .hasToString("a.yaml:3: b");
  }

  @Test
  void anAnchorStandsForWhatItNames() {
    Node.Mapping document = parse("a: &x [1, two]\nb: *x\n").getFirst();
    assertThat(document.json()).isEqualTo("{\"a\":[1,\"two\"],\"b\":[1,\"two\"]}");
  }

  @Test
  void jsonKeepsTheTypesOfYaml() {
    assertThat(
            parse("{t: 'q\"\\n', s: \"a\\n\\u0001\", i: 7, d: 1.5, b: true, n: null, h: 0x10}")
                .getFirst()
                .json())
        .isEqualTo(
            "{\"t\":\"q\\\"\\\\n\",\"s\":\"a\\u000a\\u0001\",\"i\":7,\"d\":1.5,\"b\":true,"
                + "\"n\":null,\"h\":16}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [1, 2 | a.yaml:2: not YAML: while parsing a flow sequence",
        "a: b: c | a.yaml:1: not YAML: mapping values are not allowed here",
        "a: *nowhere | a.yaml:1: not YAML: found undefined alias nowhere",
        "- a | a.yaml:1: must be an object with apiVersion and kind",
        "a: no | a.yaml:1: a: no is a boolean to Kubernetes: quote it, or write true or false",
        "on: a | a.yaml:1: on: on is a boolean to Kubernetes: quote it, or write true or false",
        "a: 0644 | a.yaml:1: a: 0644 is an octal number to Kubernetes: quote it, or drop the zero",
        "a: .nan | a.yaml:1: a: .nan is no number that can be sent: quote it if it is text",
        "a: !local b | a.yaml:1: a: the tag !local is not known",
        "[a]: b | a.yaml:1: a key must be text",
      })
  void whatIsNoYamlOrOtherYamlToKubernetesIsRefused(String text, String problem) {
    parse(text + "\n");
    assertThat(problems.sorted().getFirst().toString()).startsWith(problem);
  }

  @Test
  void aFieldGivenTwiceIsRefusedAtTheSecond() {
    parse("spec:\n  a: 1\n  b: 2\n  a: 3\n");
    assertThat(problems.sorted())
        .map(Problem::toString)
        .containsExactly("a.yaml:4: spec.a: already given in line 2");
  }

  @Test
  void aBombOfAliasesIsRefusedInsteadOfUnfolded() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int level = 1; level < 40; level++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(level, level, level - 1, level - 1));
    }
    parse(bomb.toString());
    assertThat(problems.sorted().getFirst().what()).contains("exceeds");
  }

  private List<Node.Mapping> parse(String text) {
    return new YamlParser("a.yaml", problems).parse(text);
  }
}
