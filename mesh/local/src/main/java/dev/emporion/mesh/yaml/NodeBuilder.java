package dev.emporion.mesh.yaml;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The parser's nodes as ours. Refuses what Kubernetes, whose YAML is of version 1.1, would read
 * otherwise than we do.
 */
final class NodeBuilder {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_NODES = 200_000;
  private static final Pattern SIMPLE_KEY = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern ONCE_BOOLEAN =
      Pattern.compile("y|Y|n|N|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF");
  private static final Pattern ONCE_OCTAL = Pattern.compile("[-+]?0[0-7_]+");

  private final String file;
  private final Problems problems;
  private int nodes;

  NodeBuilder(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  Node build(org.snakeyaml.engine.v2.nodes.Node node) {
    return build(node, new Where(file, line(node), ""), 0);
  }

  private Node build(org.snakeyaml.engine.v2.nodes.Node node, Where where, int depth) {
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
      problems.add(where, "too deep or too large");
      return new Node.Scalar(where, null, "");
    }
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, where, depth);
      case SequenceNode sequence -> sequence(sequence, where, depth);
      case ScalarNode scalar -> scalar(scalar, where);
      default -> throw new IllegalStateException("the parser knows no such node: " + node);
    };
  }

  private Node mapping(MappingNode mapping, Where where, int depth) {
    Map<String, Node> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Where field = new Where(file, line(tuple.getKeyNode()), where.path());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(field, "a key must be text");
        continue;
      }
      String name = key.getValue();
      Where place = new Where(file, field.line(), member(where.path(), name));
      checkPlain(key, place);
      Node previous = fields.putIfAbsent(name, build(tuple.getValueNode(), place, depth + 1));
      if (previous != null) {
        problems.add(place, "already given in line " + previous.where().line());
      }
    }
    return new Node.Mapping(where, fields);
  }

  private Node sequence(SequenceNode sequence, Where where, int depth) {
    List<Node> items = new ArrayList<>();
    for (org.snakeyaml.engine.v2.nodes.Node item : sequence.getValue()) {
      Where place = new Where(file, line(item), where.path() + "[" + items.size() + "]");
      items.add(build(item, place, depth + 1));
    }
    return new Node.Sequence(where, items);
  }

  private Node scalar(ScalarNode scalar, Where where) {
    checkPlain(scalar, where);
    return new Node.Scalar(where, value(scalar, where), scalar.getValue());
  }

  private void checkPlain(ScalarNode scalar, Where where) {
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return;
    }
    String text = scalar.getValue();
    if (ONCE_BOOLEAN.matcher(text).matches()) {
      problems.add(where, text + " is a boolean to Kubernetes: quote it, or write true or false");
    } else if (ONCE_OCTAL.matcher(text).matches()) {
      problems.add(where, text + " is an octal number to Kubernetes: quote it, or drop the zero");
    }
  }

  private Object value(ScalarNode scalar, Where where) {
    Tag tag = scalar.getTag();
    String text = scalar.getValue();
    if (tag.equals(Tag.STR)) {
      return text;
    } else if (tag.equals(Tag.NULL)) {
      return null;
    } else if (tag.equals(Tag.BOOL)) {
      return Boolean.valueOf(text);
    } else if (tag.equals(Tag.INT)) {
      return wholeNumber(text);
    } else if (tag.equals(Tag.FLOAT)) {
      return number(text, where);
    }
    problems.add(where, "the tag " + tag.getValue() + " is not known");
    return text;
  }

  private Object number(String text, Where where) {
    String plain = text.toLowerCase(java.util.Locale.ROOT);
    if (plain.endsWith("inf") || plain.endsWith("nan")) {
      problems.add(where, text + " is no number that can be sent: quote it if it is text");
      return text;
    }
    return Double.valueOf(plain);
  }

  private static Object wholeNumber(String text) {
    BigInteger number =
        text.startsWith("0x")
            ? new BigInteger(text.substring(2), 16)
            : text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
    if (number.bitLength() < Integer.SIZE) {
      return number.intValue();
    }
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private static String member(String path, String key) {
    String step = SIMPLE_KEY.matcher(key).matches() ? key : "[" + key + "]";
    return path.isEmpty() || step.startsWith("[") ? path + step : path + "." + step;
  }

  private int line(org.snakeyaml.engine.v2.nodes.Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
