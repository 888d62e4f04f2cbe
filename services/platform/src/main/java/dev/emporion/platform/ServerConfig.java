package dev.emporion.platform;

/**
 * Where a service listens and how it leaves.
 *
 * @param listenAddress {@code host:port}; port 0 takes any free one
 * @param drainSeconds after SIGTERM, how long health says NOT_SERVING before calls are refused: the
 *     time in which balancers notice
 * @param graceSeconds then, how long running calls may take to finish
 * @param maxMessageKib the largest request taken; a larger one is RESOURCE_EXHAUSTED
 */
public record ServerConfig(
    String listenAddress, int drainSeconds, int graceSeconds, int maxMessageKib) {
  private static final String LISTEN_ADDRESS = "127.0.0.1:50051";
  private static final int DRAIN_SECONDS = 5;
  private static final int GRACE_SECONDS = 20;
  private static final int MAX_MESSAGE_KIB = 4096;

  public static ServerConfig read(Settings settings) {
    return read(settings, LISTEN_ADDRESS);
  }

  /**
   * @param listenAddress where to listen unless the settings say otherwise
   */
  public static ServerConfig read(Settings settings, String listenAddress) {
    return new ServerConfig(
        settings.address("LISTEN_ADDRESS", listenAddress, "where to listen"),
        settings.integer(
            "DRAIN_SECONDS", DRAIN_SECONDS, 0, 300, "from NOT_SERVING until calls are refused"),
        settings.integer("GRACE_SECONDS", GRACE_SECONDS, 0, 3600, "for running calls to finish"),
        settings.integer("MAX_MESSAGE_KIB", MAX_MESSAGE_KIB, 1, 65_536, "largest request in KiB"));
  }

  int maxMessageBytes() {
    return maxMessageKib * 1024;
  }

  /** Any free port of the loopback interface, leaving at once: for tests. */
  public static ServerConfig local() {
    return new ServerConfig("127.0.0.1:0", 0, 1, MAX_MESSAGE_KIB);
  }
}
