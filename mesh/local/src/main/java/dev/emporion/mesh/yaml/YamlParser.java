package dev.emporion.mesh.yaml;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Text to documents. */
public final class YamlParser {
  private static final int MAX_FILE_CHARACTERS = 4 << 20;

  private final String file;
  private final Problems problems;

  /**
   * @param file as problems name it
   */
  public YamlParser(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The documents that could be read; what could not is among the problems. */
  public List<Node.Mapping> parse(String text) {
    List<Node.Mapping> documents = new ArrayList<>();
    try {
      Iterator<org.snakeyaml.engine.v2.nodes.Node> nodes =
          new Compose(settings()).composeAllFromString(text).iterator();
      while (nodes.hasNext()) {
        document(nodes.next()).ifPresent(documents::add);
      }
    } catch (MarkedYamlEngineException malformed) {
      problems.add(at(malformed), "not YAML: " + explanation(malformed));
    } catch (YamlEngineException malformed) {
      problems.add(new Where(file, 1, ""), "not YAML: " + firstLine(malformed.getMessage()));
    }
    return documents;
  }

  private LoadSettings settings() {
    return LoadSettings.builder()
        .setLabel(file)
        .setSchema(new CoreSchema())
        .setCodePointLimit(MAX_FILE_CHARACTERS)
        .build();
  }

  private Optional<Node.Mapping> document(org.snakeyaml.engine.v2.nodes.Node node) {
    Node document = new NodeBuilder(file, problems).build(node);
    return switch (document) {
      case Node.Mapping mapping -> Optional.of(mapping);
      case Node.Scalar scalar when scalar.value() == null -> Optional.empty();
      case Node.Scalar _, Node.Sequence _ -> {
        problems.add(document.where(), "must be an object with apiVersion and kind");
        yield Optional.empty();
      }
    };
  }

  private Where at(MarkedYamlEngineException malformed) {
    int line = malformed.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
    return new Where(file, line, "");
  }

  private static String explanation(MarkedYamlEngineException malformed) {
    String context = malformed.getContext();
    String problem = firstLine(malformed.getProblem());
    return context == null || context.isEmpty() ? problem : context + ", " + problem;
  }

  private static String firstLine(String text) {
    return text == null ? "it cannot be parsed" : text.lines().findFirst().orElse("");
  }
}
