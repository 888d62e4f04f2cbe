package dev.emporion.chaos;

import java.time.Duration;

/** Something that goes wrong, for a while. Each is drawn by {@link Faults}. */
sealed interface Fault
    permits Kill,
        KillControlPlane,
        KillDatabase,
        DatabaseAway,
        FullDisk,
        DownAndUp,
        LockedTable,
        Pause,
        BentRule,
        CutAnswers,
        Misbehavior {

  /** As the log says it. */
  String name();

  /** What is struck: two faults of one target never overlap. */
  String target();

  /** From {@link #strike} to {@link #mend}. */
  Duration length();

  void strike(Scene scene);

  /** Takes it back, or waits until the system has mended it itself. */
  void mend(Scene scene);
}
