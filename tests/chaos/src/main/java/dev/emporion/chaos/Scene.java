package dev.emporion.chaos;

/** What faults have at hand: the system, and the line between it and its clients. */
record Scene(Site site, CuttingProxy line) {}
