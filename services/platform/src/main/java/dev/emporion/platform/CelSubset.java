package dev.emporion.platform;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the Common Expression Language that the contracts' own rules are written in: {@code
 * && || ! == != < <= > >= +}, whole numbers, strings and booleans, fields of messages, {@code has},
 * {@code size}, {@code matches}, {@code string}, {@code map} and {@code unique}. Whatever goes
 * beyond that, or turns out to be of another type, makes {@link Bounds} unsure, and is
 * protovalidate's.
 */
final class CelSubset {
  /** A compiled expression; throws {@link CelValues.Unsure} where it knows no more. */
  @FunctionalInterface
  private interface Expression {
    Object value(Map<String, Object> variables);
  }

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(\\d+)|'([^'\\\\]*)'|\"([^\"\\\\]*)\"|([A-Za-z_]\\w*)|(&&|\\|\\||[=!<>]=|[<>!+().,]))");
  private static final String END = "";

  private record Token(String text, Object literal) {}

  private final List<Token> tokens = new ArrayList<>();
  private int next;

  private CelSubset(String source) {
    Matcher matcher = TOKEN.matcher(source);
    int end = 0;
    while (matcher.lookingAt()) {
      tokens.add(token(matcher));
      end = matcher.end();
      matcher.region(end, source.length());
    }
    if (!source.substring(end).isBlank()) {
      throw CelValues.Unsure.HERE;
    }
    tokens.add(new Token(END, null));
  }

  /** A check of the value that the expression calls {@code this}. */
  static Bounds.Check compile(String source) {
    Expression expression;
    try {
      var parser = new CelSubset(source);
      expression = parser.or();
      parser.expect(END);
    } catch (CelValues.Unsure e) {
      return Bounds.UNSURE;
    }
    return value -> {
      try {
        return expression.value(Map.of("this", value)).equals(Boolean.TRUE);
      } catch (CelValues.Unsure e) {
        return false;
      }
    };
  }

  private static Token token(Matcher matcher) {
    if (matcher.group(1) != null) {
      return new Token(matcher.group(1), Long.parseLong(matcher.group(1)));
    }
    String string = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
    if (string != null) {
      return new Token("string", string);
    }
    return new Token(matcher.group(4) != null ? matcher.group(4) : matcher.group(5), null);
  }

  private Expression or() {
    Expression left = and();
    while (accept("||")) {
      Expression first = left;
      Expression second = and();
      left =
          variables ->
              CelValues.bool(first.value(variables)) || CelValues.bool(second.value(variables));
    }
    return left;
  }

  private Expression and() {
    Expression left = relation();
    while (accept("&&")) {
      Expression first = left;
      Expression second = relation();
      left =
          variables ->
              CelValues.bool(first.value(variables)) && CelValues.bool(second.value(variables));
    }
    return left;
  }

  private Expression relation() {
    Expression left = sum();
    for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
      if (accept(operator)) {
        Expression right = sum();
        return variables ->
            CelValues.compare(operator, left.value(variables), right.value(variables));
      }
    }
    return left;
  }

  private Expression sum() {
    Expression left = unary();
    while (accept("+")) {
      Expression first = left;
      Expression second = unary();
      left =
          variables ->
              CelValues.text(first.value(variables)) + CelValues.text(second.value(variables));
    }
    return left;
  }

  private Expression unary() {
    if (accept("!")) {
      Expression negated = unary();
      return variables -> !CelValues.bool(negated.value(variables));
    }
    Expression value = primary();
    while (accept(".")) {
      String name = name();
      value = accept("(") ? call(value, name) : field(value, name);
    }
    return value;
  }

  private Expression primary() {
    Token token = tokens.get(next++);
    if (token.literal != null) {
      return variables -> token.literal;
    }
    return switch (token.text) {
      case "(" -> closed(or());
      case "true" -> variables -> true;
      case "false" -> variables -> false;
      case "has" -> has();
      case "string" -> string();
      default -> variable(token.text);
    };
  }

  private Expression variable(String name) {
    next--;
    name();
    return variables -> {
      Object value = variables.get(name);
      if (value == null) {
        throw CelValues.Unsure.HERE;
      }
      return CelValues.plain(value);
    };
  }

  private Expression string() {
    expect("(");
    Expression number = closed(or());
    return variables -> Long.toString(CelValues.number(number.value(variables)));
  }

  /** {@code has(this.field)}: its argument is a field, not a value. */
  private Expression has() {
    expect("(");
    Expression message = primary();
    expect(".");
    var selector = new CelValues.Selector(name());
    expect(")");
    return variables -> {
      Message of = CelValues.message(message.value(variables));
      FieldDescriptor field = selector.in(of);
      return field.isRepeated() ? of.getRepeatedFieldCount(field) > 0 : of.hasField(field);
    };
  }

  private Expression field(Expression of, String name) {
    var selector = new CelValues.Selector(name);
    return variables -> {
      Message message = CelValues.message(of.value(variables));
      return CelValues.plain(message.getField(selector.in(message)));
    };
  }

  private Expression call(Expression target, String function) {
    return switch (function) {
      case "size" -> closed(variables -> CelValues.size(target.value(variables)));
      case "unique" ->
          closed(variables -> CelValues.isUnique(CelValues.list(target.value(variables))));
      case "matches" -> matches(target);
      case "map" -> map(target);
      default -> throw CelValues.Unsure.HERE;
    };
  }

  private Expression matches(Expression target) {
    Object literal = tokens.get(next++).literal;
    SafePattern pattern = SafePattern.of(CelValues.text(literal));
    return closed(
        variables -> {
          String text = CelValues.text(target.value(variables));
          boolean found = pattern.surelyFound(text);
          if (!found && !pattern.surelyNotFound(text)) {
            throw CelValues.Unsure.HERE;
          }
          return found;
        });
  }

  private Expression map(Expression target) {
    String variable = name();
    expect(",");
    Expression each = or();
    return closed(
        variables -> {
          var inner = new HashMap<>(variables);
          var values = new ArrayList<>();
          for (Object item : CelValues.list(target.value(variables))) {
            inner.put(variable, item);
            values.add(each.value(inner));
          }
          return values;
        });
  }

  private Expression closed(Expression expression) {
    expect(")");
    return expression;
  }

  private boolean accept(String text) {
    Token token = tokens.get(next);
    boolean there = token.literal == null && token.text.equals(text);
    next += there ? 1 : 0;
    return there;
  }

  private void expect(String text) {
    if (!accept(text)) {
      throw CelValues.Unsure.HERE;
    }
  }

  private String name() {
    Token token = tokens.get(next++);
    if (token.literal != null || !Character.isJavaIdentifierStart(firstOf(token.text))) {
      throw CelValues.Unsure.HERE;
    }
    return token.text;
  }

  private static char firstOf(String text) {
    return text.isEmpty() ? ' ' : text.charAt(0);
  }
}
