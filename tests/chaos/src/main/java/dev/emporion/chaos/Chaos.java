package dev.emporion.chaos;

import dev.emporion.mesh.shop.Shop;
import dev.emporion.testing.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * One run: clients order while faults strike; then it is waited until all is quiet, and what the
 * clients were told is compared with what there is.
 */
final class Chaos {
  private static final Duration RUN_LIMIT = Duration.ofHours(2);
  private static final int CONNECTIONS = 4;

  /** Longer than the gateway gives any call: what is heard then is what the gateway says. */
  private static final long DEADLINE_SECONDS = 40;

  private final Settings settings;
  private final List<Fault> faults;
  private final Site site;
  private final Progress progress;
  private final Violations violations = new Violations();
  private final Patience patience = new Patience();
  private int unanswered;

  Chaos(Settings settings, List<Fault> faults, Site site, Progress progress) {
    this.settings = settings;
    this.faults = List.copyOf(faults);
    this.site = site;
    this.progress = progress;
  }

  Result run() throws InterruptedException {
    Shelf shelf = Shelf.of(settings.name());
    try (Shop shop = site.shop();
        Journal journal = Journal.open(file("journal.tsv"));
        CuttingProxy line = CuttingProxy.before(site.gateway())) {
      shelf.fill(shop, settings.orders());
      Injector injector = storm(shelf, journal, line);
      return compare(shelf, journal.read(), new Books(site, shop.as("merchant/chaos")), injector);
    } finally {
      writeViolations();
    }
  }

  private Injector storm(Shelf shelf, Journal journal, CuttingProxy line)
      throws InterruptedException {
    Pace pace = new Pace(settings.orders(), faults.size());
    Load load = new Load(settings, shelf, pace, journal, violations, patience);
    List<Shop> shops =
        Stream.generate(() -> Shop.at(line.address(), DEADLINE_SECONDS))
            .limit(CONNECTIONS)
            .toList();
    Scene scene = new Scene(site, line);
    try (Injector injector = new Injector(faults, scene, pace, violations, file("faults.log"))) {
      load.start(shops);
      injector.start();
      progress.follow(pace, load, injector, settings.orders(), faults.size());
      violations.check(injector.await(RUN_LIMIT), "the faults do not end");
      violations.check(load.await(RUN_LIMIT), "the clients do not end");
      unanswered = settings.orders() - load.ended() + load.unanswered();
      progress.ended();
      return injector;
    } finally {
      shops.forEach(Shop::close);
    }
  }

  private Result compare(Shelf shelf, List<Entry> told, Books books, Injector injector) {
    Settling settling = new Settling(books, injector.lastEnd());
    double settled = settling.await(settings.orders());
    progress.settled(settled, settling.open());
    Verification verification = new Verification(books, violations);
    verification.check(told, shelf);
    audit();
    progress.states(verification.states(), patience.heard());
    return new Result(
        settings.orders(),
        acknowledged(told),
        faults.size(),
        patience.heard(),
        violations.found(),
        settling.open() + unanswered,
        settled);
  }

  private void audit() {
    Command.Output audit = site.audit();
    String last = audit.text().strip().lines().reduce("", (_, line) -> line);
    violations.check(audit.code() == 0, "%s", audit.text());
    progress.stage("audit", last);
  }

  private static int acknowledged(List<Entry> told) {
    return (int)
        told.stream()
            .filter(entry -> entry.kind() == Entry.Kind.ACKNOWLEDGED && entry.act().equals("place"))
            .map(Entry::orderId)
            .distinct()
            .count();
  }

  private Path file(String name) {
    return site.runFolder().resolve(settings.name() + "-" + name);
  }

  private void writeViolations() {
    try {
      Files.write(file("violations.txt"), violations.found());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
