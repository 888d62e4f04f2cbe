package dev.emporion.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs of a minute or less, one after the other against one system. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ChaosTest {
  private static final long SEED = 7;
  private static final int CLIENTS = 16;
  private static final int ORDERS = 300;
  private static final Progress PROGRESS = new Progress(false);

  private static boolean smallDisk;
  private static Site site;

  @BeforeAll
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  static void bringUp() {
    smallDisk = SmallDisk.isPossible();
    site = Site.create("tests-chaos", smallDisk);
  }

  @AfterAll
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  static void bringDown() {
    site.down();
    site.close();
  }

  @Test
  void nothingIsLostInAMinuteOfFaults() throws InterruptedException {
    isWell(run("minute", 800, Faults.draw(SEED, 16)));
  }

  @Test
  void aDatabaseThatIsAwayIsToldAndCostsNoOrder() throws InterruptedException {
    Result result = run("away", ORDERS, List.of(new DatabaseAway(Duration.ofSeconds(15))));

    isWell(result);
    isUnavailableForAWhile(result);
  }

  @Test
  void aFullDiskIsToldAndCostsNoOrder() throws InterruptedException {
    assumeTrue(smallDisk, "only root can mount a small disk");
    Result result = run("full", ORDERS, List.of(new FullDisk(Duration.ofSeconds(8))));

    isWell(result);
    isUnavailableForAWhile(result);
  }

  @Test
  void whoeverIsAskedWhileAllGoesDownSaysNothingButUnavailable() throws InterruptedException {
    Result result = run("down", ORDERS, List.of(new DownAndUp(Duration.ofSeconds(1))));

    isWell(result);
    assertThat(result.answers().keySet())
        .isNotEmpty()
        .allMatch(kind -> isOfNoHarm(kind) || kind.equals(Answers.CLOSED));
  }

  private static Result run(String name, int orders, List<Fault> faults)
      throws InterruptedException {
    return new Chaos(new Settings(name, orders, SEED, CLIENTS), faults, site, PROGRESS).run();
  }

  private static void isWell(Result result) {
    assertThat(result.violations()).isEmpty();
    assertThat(result.unresolved()).as("unresolved").isZero();
    assertThat(result.acknowledged()).isEqualTo(result.orders());
    assertThat(result.settledPercent()).isGreaterThanOrEqualTo(Result.LEAST_SETTLED_PERCENT);
  }

  /** A service that lost its database says when to come again. */
  private static void isUnavailableForAWhile(Result result) {
    assertThat(result.answers()).containsKey("UNAVAILABLE/DATABASE_UNAVAILABLE+");
    assertThat(result.answers().keySet()).allMatch(ChaosTest::isOfNoHarm);
  }

  /** A change that has lost its database is under way until it is back. */
  private static boolean isOfNoHarm(String kind) {
    return kind.startsWith("UNAVAILABLE") || kind.equals("ABORTED/ORDER_BUSY+");
  }
}
