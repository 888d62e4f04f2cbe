package dev.emporion.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.platform.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesFileTest {

  @Test
  void theBuiltInExampleIsRight() {
    Rules rules = RulesFile.read(Path.of(""));
    assertThat(rules.taxRegion("DE", "").rate("reduced")).hasToString("0.07");
    assertThat(rules.taxRegion("DE", "").pricesIncludeTax()).isTrue();
    assertThat(rules.taxRegion("US", "CA").pricesIncludeTax()).isFalse();
    assertThat(rules.taxRegion("US", "OR")).isSameAs(TaxRegion.NONE);
    assertThat(rules.promotions()).hasSize(4);
  }

  @Test
  void aFileIsReadAsItStands(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("rules.json");
    Files.writeString(
        file,
        """
        {
          "tax_regions": [
            {"region_code": "CH", "prices_include_tax": true,
             "rates": {"standard": "0.081", "lodging": "0.038"}, "delivery_tax_category": "lodging"}
          ],
          "promotions": [
            {"promotion_id": "p", "display_name": "P", "code": "P", "percent_off": "12.5",
             "skus": ["MUG"], "min_quantity": 3,
             "min_subtotal": {"currency_code": "CHF", "units": "9", "nanos": 500000000},
             "start_time": "2026-01-01T00:00:00Z", "end_time": "2026-02-01T00:00:00Z"},
            {"promotion_id": "q", "display_name": "Q",
             "amount_off": {"currency_code": "JPY", "units": 500}}
          ]
        }
        """);

    Rules rules = RulesFile.read(file);

    assertThat(rules.taxRegions())
        .containsExactly(
            new TaxRegion(
                "CH",
                "",
                true,
                Map.of("standard", new TaxRate(81_000), "lodging", new TaxRate(38_000)),
                "lodging"));
    assertThat(rules.promotions())
        .containsExactly(
            new Promotion(
                "p",
                "P",
                "P",
                new Promotion.PercentOff(125_000),
                Set.of("MUG"),
                3,
                Given.money("9.50 CHF"),
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2026-02-01T00:00:00Z")),
            new Promotion(
                "q",
                "Q",
                "",
                new Promotion.AmountOff(Given.money("500 JPY")),
                Set.of(),
                0,
                null,
                Instant.MIN,
                Instant.MAX));
  }

  @Test
  void anEmptyBookIsABook() {
    assertThat(RulesFile.parse("it", "{}")).isEqualTo(new Rules(List.of(), List.of()));
  }

  @Test
  void everythingThatIsWrongIsToldAtOnceWithItsPlace() {
    String json =
        """
        {
          "taxes": [],
          "tax_regions": [
            {"region_code": "DE", "rates": {"standard": "0.19"}},
            {"region_code": "DE", "administrative_area": "BE", "rates": {"standard": "0.1"}},
            {"region_code": "fr", "rates": {"standard": "1.5"}},
            {"region_code": "IT", "rates": {"reduced": "0.1"}, "delivery_tax_category": "other"}
          ],
          "promotions": [
            {"promotion_id": "a", "display_name": "A", "percent_off": "0.0"},
            {"promotion_id": "a", "display_name": "A", "percent_off": "5"},
            {"promotion_id": "b", "display_name": "B"},
            {"promotion_id": "c", "display_name": "C", "percent": "5"},
            {"promotion_id": "d", "display_name": "D",
             "amount_off": {"currency_code": "JPY", "units": 5, "nanos": 500000000}},
            {"promotion_id": "e", "display_name": "E",
             "amount_off": {"currency_code": "EUR", "units": -5},
             "min_subtotal": {"currency_code": "USD", "units": 5}},
            {"promotion_id": "f", "display_name": "F", "percent_off": "5",
             "start_time": "2026-02-01T00:00:00Z", "end_time": "2026-01-01T00:00:00Z"}
          ]
        }
        """;
    assertThat(problems(json))
        .containsExactlyInAnyOrder(
            "taxes: is neither tax_regions nor promotions",
            "tax_regions[1]: is never used, because tax_regions[0] fits the same place",
            "tax_regions[2].region_code: does not match regex pattern `^[A-Z]{2}$`",
            "tax_regions[2].rates[\"standard\"]: does not match regex pattern"
                + " `^(0(\\.[0-9]{1,6})?|1(\\.0{1,6})?)$`",
            "tax_regions[3].rates: \"standard\" is missing",
            "tax_regions[3].delivery_tax_category: \"other\" has no rate",
            "promotions[0].percent_off: takes nothing off",
            "promotions[1].promotion_id: promotions[0] has it already",
            "promotions[2].benefit: exactly one field is required in oneof",
            "promotions[3]: Cannot find field: percent in message emporion.pricing.v1.Promotion",
            "promotions[4].amount_off: JPY has 0 digits after the point",
            "promotions[5].amount_off: must be more than zero",
            "promotions[5].min_subtotal: is in another currency than amount_off",
            "promotions[6].end_time: is not after start_time");
  }

  @Test
  void whatIsNoRuleBookAtAllIsSaidSo(@TempDir Path folder) {
    assertThat(problems("[]")).containsExactly("is not a JSON object");
    assertThat(problems("{\"promotions\": {}}")).containsExactly("promotions: is not a list");
    assertThat(problems("{\"promotions\": [")).singleElement().asString().startsWith("is not JSON");
    assertThat(
            catchThrowableOfType(
                ConfigException.class, () -> RulesFile.read(folder.resolve("missing.json"))))
        .hasMessageContaining("cannot be read")
        .hasMessageContaining("missing.json");
  }

  private static List<String> problems(String json) {
    var refusal =
        catchThrowableOfType(ConfigException.class, () -> RulesFile.parse("rules.json", json));
    String start = "rules in rules.json: ";
    assertThat(refusal.problems()).allMatch(problem -> problem.startsWith(start));
    return refusal.problems().stream().map(problem -> problem.substring(start.length())).toList();
  }
}
