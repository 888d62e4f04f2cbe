package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.ErrorReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration NOTHING = Duration.ZERO;

  private final Map<UUID, Integer> elsewhere = new ConcurrentHashMap<>();
  private final List<Collection<UUID>> asked = new ArrayList<>();
  private final Changes changes = new Changes(2, Duration.ofMillis(1), this::versions);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final UUID id = Ids.newId();

  @AfterEach
  void end() {
    changes.close();
    threads.close();
  }

  @Test
  void a_change_in_this_process_wakes_all_who_wait() throws Exception {
    try (var one = changes.subscribe(id);
        var other = changes.subscribe(id)) {
      Future<Boolean> first = threads.submit(() -> one.await(1, LONG));
      Future<Boolean> second = threads.submit(() -> other.await(1, LONG));
      changes.publish(Ids.newId(), 7);
      changes.publish(id, 2);
      assertThat(first.get()).isTrue();
      assertThat(second.get()).isTrue();
    }
  }

  @Test
  void a_change_between_the_look_and_the_wait_is_not_lost() throws Exception {
    try (var subscription = changes.subscribe(id)) {
      changes.publish(id, 2);
      assertThat(subscription.await(1, NOTHING)).isTrue();
      assertThat(subscription.await(2, NOTHING)).isFalse();
    }
  }

  @Test
  void an_older_version_is_no_change() throws Exception {
    try (var subscription = changes.subscribe(id)) {
      changes.publish(id, 3);
      changes.publish(id, 2);
      assertThat(subscription.await(2, NOTHING)).isTrue();
      assertThat(subscription.await(3, NOTHING)).isFalse();
    }
  }

  @Test
  void what_another_instance_changed_is_found_by_asking() throws Exception {
    changes.start();
    try (var subscription = changes.subscribe(id)) {
      Future<Boolean> woken = threads.submit(() -> subscription.await(1, LONG));
      elsewhere.put(id, 2);
      assertThat(woken.get()).isTrue();
    }
  }

  @Test
  void nothing_is_asked_for_nobody_nor_for_who_has_just_come() {
    changes.poll();
    try (var subscription = changes.subscribe(id)) {
      changes.poll();
      assertThat(asked).isEmpty();
      changes.poll();
      assertThat(asked).containsExactly(List.of(id));
      assertThat(subscription).isNotNull();
    }
    changes.poll();
    assertThat(asked).hasSize(1);
  }

  @Test
  void closing_ends_a_wait() throws Exception {
    var subscription = changes.subscribe(id);
    Future<Boolean> woken = threads.submit(() -> subscription.await(1, LONG));
    subscription.close();
    subscription.close();
    assertThat(woken.get()).isFalse();
  }

  @Test
  void a_stop_ends_every_wait() throws Exception {
    try (var subscription = changes.subscribe(id)) {
      Future<Boolean> woken = threads.submit(() -> subscription.await(1, LONG));
      changes.close();
      assertThat(woken.get()).isFalse();
    }
  }

  @Test
  void too_many_who_wait_are_refused_until_one_leaves() {
    var first = changes.subscribe(id);
    try (var second = changes.subscribe(Ids.newId())) {
      refused(ErrorReason.ERROR_REASON_OVERLOADED, () -> changes.subscribe(id));
      first.close();
      changes.subscribe(id).close();
      assertThat(second).isNotNull();
    }
  }

  @Test
  void asking_that_fails_is_tried_again() throws Exception {
    var fragile =
        new Changes(
            1,
            Duration.ofMillis(1),
            ids -> {
              asked.add(ids);
              if (asked.size() < 3) {
                throw new IllegalStateException("no database");
              }
              return Map.of(id, 2);
            });
    fragile.start();
    try (fragile;
        var subscription = fragile.subscribe(id)) {
      eventually(() -> assertThat(subscription.await(1, NOTHING)).isTrue());
    }
  }

  private Map<UUID, Integer> versions(Collection<UUID> ids) {
    asked.add(ids);
    return elsewhere;
  }
}
