package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.process.Logs;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.process.Supervised;
import dev.emporion.mesh.process.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * The instances of one workload. It is brought to what is wanted as a cluster does it: a new one is
 * ready before an old one goes, so that nobody notices.
 */
final class Deployment {
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);

  /** Makes and removes instances, and knows who is to be told. */
  interface Surroundings {
    Instance create(PodTemplate workload, int ordinal);

    /** Whether this is what would be started today. */
    boolean isCurrent(Instance instance, PodTemplate workload);

    /** Tells every caller that it is not to be called, and waits until they have heard it. */
    void withdraw(List<Instance> instances);

    void removed(Instance instance);
  }

  private final Surroundings surroundings;
  private final List<Instance> instances = new CopyOnWriteArrayList<>();

  Deployment(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** In the order of their numbers. */
  List<Instance> instances() {
    return instances.stream().sorted(Comparator.comparingInt(Instance::ordinal)).toList();
  }

  /** Takes over one that was running before we were. */
  void adopt(Instance instance) {
    instances.add(instance);
    instance.start();
  }

  /**
   * Makes it so many instances of this workload, all of them current.
   *
   * @param restart whether those that are current are replaced as well
   * @return how many were started
   */
  synchronized int bring(PodTemplate workload, int replicas, boolean restart) {
    List<Instance> old =
        new ArrayList<>(
            instances.stream()
                .filter(i -> restart || i.isDraining() || !surroundings.isCurrent(i, workload))
                .toList());
    // One that is not well serves nobody, and its place is needed.
    stop(old.stream().filter(i -> workload.recreate() || !i.isWell()).toList());
    old.retainAll(instances);
    int started = 0;
    while (!old.isEmpty() && instances.size() - old.size() < replicas) {
      startOne(workload);
      started++;
      stop(List.of(old.removeFirst()));
    }
    stop(old);
    started += startMissing(workload, replicas);
    stop(surplus(replicas));
    awaitReady(instances());
    return started;
  }

  /** Those that serve stay first, then those that are there longest. */
  private List<Instance> surplus(int replicas) {
    return instances.stream()
        .sorted(Comparator.comparing(Instance::isReady).reversed().thenComparing(Instance::ordinal))
        .skip(replicas)
        .toList();
  }

  private void startOne(PodTemplate workload) {
    Instance instance = start(workload);
    try {
      awaitReady(List.of(instance));
    } catch (RunnerException e) {
      // The old one stays.
      stop(List.of(instance));
      throw e;
    }
  }

  private int startMissing(PodTemplate workload, int replicas) {
    int missing = Math.max(0, replicas - instances.size());
    for (int i = 0; i < missing; i++) {
      start(workload);
    }
    return missing;
  }

  private Instance start(PodTemplate workload) {
    Instance instance = surroundings.create(workload, freeOrdinal());
    instances.add(instance);
    instance.start();
    return instance;
  }

  private int freeOrdinal() {
    int ordinal = 1;
    while (isTaken(ordinal)) {
      ordinal++;
    }
    return ordinal;
  }

  private boolean isTaken(int ordinal) {
    return instances.stream().anyMatch(instance -> instance.ordinal() == ordinal);
  }

  /** Out of balancing, then asked to end; all of them at once. */
  synchronized void stop(List<Instance> leaving) {
    if (leaving.isEmpty()) {
      return;
    }
    leaving.forEach(Instance::drain);
    surroundings.withdraw(leaving);
    List<Thread> stopping =
        leaving.stream().map(i -> Thread.ofVirtual().start(() -> stop(i))).toList();
    stopping.forEach(Deployment::join);
  }

  private void stop(Instance instance) {
    instance.stop();
    instances.remove(instance);
    surroundings.removed(instance);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitReady(List<Instance> starting) {
    Predicate<Instance> ready = Instance::isReady;
    Optional<Boolean> all =
        Wait.until(
            READY_LIMIT,
            () -> starting.stream().allMatch(ready) ? Optional.of(true) : Optional.empty(),
            () -> starting.stream().noneMatch(Deployment::isHopeless));
    if (all.isEmpty()) {
      throw starting.stream().filter(ready.negate()).findFirst().map(Deployment::complaint).get();
    }
  }

  /** It has ended so often that it will end again. */
  private static boolean isHopeless(Instance instance) {
    return instance.app().map(app -> app.restarts() >= 3).orElse(false);
  }

  private static RunnerException complaint(Instance instance) {
    String problem = instance.app().map(Supervised::problem).orElse("");
    String end =
        instance.app().flatMap(Supervised::running).map(Running::log).map(Logs::end).orElse("");
    return new RunnerException(
        "%s is %s; see ./emporion logs %s%s%n%s"
            .formatted(
                instance.id(),
                instance.state(),
                instance.id(),
                problem.isEmpty() ? "" : ": " + problem,
                end)
            .strip());
  }
}
