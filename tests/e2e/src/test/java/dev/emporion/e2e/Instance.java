package dev.emporion.e2e;

import io.grpc.ManagedChannel;

/** One running instance of a service. */
interface Instance extends AutoCloseable {
  ManagedChannel channel();

  /** SIGKILL: nothing of it runs another instruction. */
  void kill();

  @Override
  void close();
}
