package dev.emporion.pricing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import dev.emporion.platform.ConfigException;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Validation;
import dev.emporion.pricing.v1.Promotion;
import dev.emporion.pricing.v1.RuleBook;
import dev.emporion.pricing.v1.TaxRegion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a rule book, the JSON of emporion.pricing.v1.RuleBook. Whoever wrote it hears of everything
 * that is wrong in it at once, each with its place: {@code promotions[3].percent_off}. That is why
 * it is taken apart here: protobuf's own parser ends at the first problem and does not say where.
 */
final class RulesFile {
  private static final String TAX_REGIONS = "tax_regions";
  private static final String PROMOTIONS = "promotions";
  private static final String EXAMPLE = "pricing-rules.json";

  private final List<String> problems = new ArrayList<>();

  private RulesFile() {}

  /**
   * @param file empty: the built-in example
   * @throws ConfigException with every problem of the file
   */
  static Rules read(Path file) {
    return file.toString().isEmpty()
        ? parse("the built-in example", example())
        : parse(file.toString(), text(file));
  }

  static Rules parse(String name, String json) {
    var reader = new RulesFile();
    RuleBook book = reader.book(json);
    if (!reader.problems.isEmpty()) {
      throw new ConfigException(
          reader.problems.stream().map(problem -> "rules in " + name + ": " + problem).toList());
    }
    return RulesProto.rules(book);
  }

  private RuleBook book(String json) {
    JsonObject root = root(json);
    for (String key : root.keySet()) {
      if (!Set.of(TAX_REGIONS, PROMOTIONS).contains(key)) {
        problems.add(key + ": is neither " + TAX_REGIONS + " nor " + PROMOTIONS);
      }
    }
    var regions = elements(root, TAX_REGIONS, TaxRegion.getDefaultInstance());
    var promotions = elements(root, PROMOTIONS, Promotion.getDefaultInstance());
    problems.addAll(RulesCheck.taxRegions(regions));
    problems.addAll(RulesCheck.promotions(promotions));
    var book =
        RuleBook.newBuilder()
            .addAllTaxRegions(regions.values())
            .addAllPromotions(promotions.values())
            .build();
    if (problems.isEmpty()) {
      validate(book, "");
    }
    return book;
  }

  private JsonObject root(String json) {
    try {
      if (JsonParser.parseString(json) instanceof JsonObject root) {
        return root;
      }
      problems.add("is not a JSON object");
    } catch (JsonParseException e) {
      problems.add("is not JSON: " + firstLine(e));
    }
    return new JsonObject();
  }

  /** The elements of a list that are right by themselves, by their places. */
  private <M extends Message> Map<String, M> elements(JsonObject root, String field, M prototype) {
    var elements = new LinkedHashMap<String, M>();
    JsonElement list = root.get(field);
    if (list == null) {
      return elements;
    }
    if (!list.isJsonArray()) {
      problems.add(field + ": is not a list");
      return elements;
    }
    for (int i = 0; i < list.getAsJsonArray().size(); i++) {
      String path = field + "[" + i + "]";
      M element = element(list.getAsJsonArray().get(i), path, prototype);
      if (element != null && validate(element, path)) {
        elements.put(path, element);
      }
    }
    return elements;
  }

  @SuppressWarnings("unchecked") // a builder builds what it came from
  private <M extends Message> M element(JsonElement json, String path, M prototype) {
    Message.Builder builder = prototype.newBuilderForType();
    try {
      JsonFormat.parser().merge(json.toString(), builder);
      return (M) builder.build();
    } catch (InvalidProtocolBufferException e) {
      problems.add(path + ": " + firstLine(e));
      return null;
    }
  }

  private boolean validate(Message message, String path) {
    try {
      Validation.check(message, path);
      return true;
    } catch (Failure violations) {
      for (var violation :
          violations.detail(BadRequest.class).orElseThrow().getFieldViolationsList()) {
        problems.add(violation.getField() + ": " + violation.getDescription());
      }
      return false;
    }
  }

  private static String firstLine(Exception e) {
    return e.getMessage().lines().findFirst().orElse("");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException("PRICING_RULES_FILE " + file + " cannot be read: " + e);
    }
  }

  private static String example() {
    try (InputStream in = RulesFile.class.getResourceAsStream(EXAMPLE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
