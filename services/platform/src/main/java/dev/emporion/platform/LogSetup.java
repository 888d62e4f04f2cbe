package dev.emporion.platform;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * How Logback is set up, in code: its XML reader costs a tenth of a second at every start. Found by
 * ServiceLoader. {@code LOG_LEVEL} is the level of our own code and of everything not named here.
 * What libraries say to {@code java.util.logging}, and what ends a thread, comes out here too.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  /** Libraries whose INFO tells an operator nothing. */
  private static final List<String> QUIET =
      List.of("io.grpc", "io.netty", "com.zaxxer.hikari", "org.flywaydb", "io.opentelemetry");

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var lines = new JsonLines();
    lines.setContext(context);
    lines.setName("stdout");
    lines.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(System.getenv("LOG_LEVEL"), Level.INFO));
    root.addAppender(lines);
    QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) ->
            LoggerFactory.getLogger(LogSetup.class).error("{} ended", thread.getName(), thrown));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
