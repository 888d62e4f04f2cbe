package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String DATABASE = "postgresql://user:password@host:5432/database";

  private record Config(
      String address, int leaseSeconds, boolean verbose, String url, String color, Path file) {
    static Config read(Settings s) {
      return new Config(
          s.address("CARTS_ADDRESS", "127.0.0.1:50053", "where carts answers"),
          s.integer("LEASE_SECONDS", 10, 1, 300, "until another instance takes over"),
          s.flag("VERBOSE", false, "say more"),
          s.secret("DATABASE_URL", DATABASE, url -> url.startsWith("postgresql://"), "where"),
          s.choice("COLOR", "red", List.of("red", "green"), "of the door"),
          s.file("RATES_FILE", "rates.json", "what it costs"));
    }
  }

  private static Config read(Map<String, String> values) {
    return Settings.read(values::get, Config::read);
  }

  @Test
  void whatIsNotSetHasItsDefault() {
    var config = read(Map.of("DATABASE_URL", DATABASE));
    assertThat(config)
        .isEqualTo(
            new Config("127.0.0.1:50053", 10, false, DATABASE, "red", Path.of("rates.json")));
  }

  @Test
  void whatIsSetIsTakenWithoutTheSpaceAroundIt() {
    var config =
        read(
            Map.of(
                "DATABASE_URL", DATABASE,
                "CARTS_ADDRESS", "inprocess:carts",
                "LEASE_SECONDS", " 300 ",
                "VERBOSE", "true",
                "COLOR", "green",
                "RATES_FILE", "/etc/rates"));
    assertThat(config)
        .isEqualTo(
            new Config("inprocess:carts", 300, true, DATABASE, "green", Path.of("/etc/rates")));
  }

  @Test
  void anEmptyValueCountsAsAbsent() {
    assertThat(read(Map.of("DATABASE_URL", DATABASE, "LEASE_SECONDS", "")).leaseSeconds)
        .isEqualTo(10);
  }

  @Test
  void everyBadSettingIsNamedAtOnceWithItsMend() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "CARTS_ADDRESS", "carts",
                        "LEASE_SECONDS", "301",
                        "VERBOSE", "yes",
                        "COLOR", "blue")))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "CARTS_ADDRESS is 'carts'; give HOST:PORT",
                        "LEASE_SECONDS is '301'; give 1..300",
                        "VERBOSE is 'yes'; give true|false",
                        "DATABASE_URL is missing; give " + DATABASE + ": where",
                        "COLOR is 'blue'; give red|green"));
  }

  @Test
  void aSecretIsNeverRepeated() {
    assertThatThrownBy(() -> read(Map.of("DATABASE_URL", "mysql://me:hunter2@db/x")))
        .hasMessage("DATABASE_URL is malformed; give " + DATABASE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host",
        ":80",
        "host:",
        "host:x",
        "host:-1",
        "host:65536",
        "http://host:80",
        "inprocess:"
      })
  void anAddressHasHostAndPort(String address) {
    assertThatThrownBy(() -> read(Map.of("DATABASE_URL", DATABASE, "CARTS_ADDRESS", address)))
        .hasMessageContaining("CARTS_ADDRESS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"carts:50051", "127.0.0.2:1", "[::1]:50051", "inprocess:carts"})
  void anAddressMayBe(String address) {
    assertThat(read(Map.of("DATABASE_URL", DATABASE, "CARTS_ADDRESS", address)).address)
        .isEqualTo(address);
  }

  @Test
  void aReaderDeclaresWhatItReads() {
    assertThat(Settings.declaredBy(Config::read))
        .extracting(Settings.Declared::name)
        .containsExactly(
            "CARTS_ADDRESS", "LEASE_SECONDS", "VERBOSE", "DATABASE_URL", "COLOR", "RATES_FILE");
  }

  @Test
  void aServiceInOneProcessWithOthersHasNamesOfItsOwnAndTakesWhatIsDecided() {
    var values = Map.of("ORDERS_DATABASE_URL", DATABASE, "LEASE_SECONDS", "20");
    var config =
        Settings.read(
            values::get,
            settings ->
                Config.read(
                    settings.within(
                        name -> name.startsWith("DATABASE_") ? "ORDERS_" + name : name,
                        Map.of("CARTS_ADDRESS", "inprocess:carts"))));

    assertThat(config.url).isEqualTo(DATABASE);
    assertThat(config.address).isEqualTo("inprocess:carts");
    assertThat(config.leaseSeconds).isEqualTo(20);
  }
}
