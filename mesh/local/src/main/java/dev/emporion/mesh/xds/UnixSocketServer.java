package dev.emporion.mesh.xds;

import dev.emporion.mesh.RunnerException;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A gRPC server on a Unix domain socket that only its owner can open: private keys pass through it.
 */
final class UnixSocketServer implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;

  /** Warns at every connection that it sets an option of TCP which such sockets do not have. */
  private static final Logger NETTY_BOOTSTRAP =
      Logger.getLogger("io.grpc.netty.shaded.io.netty.bootstrap");

  static {
    NETTY_BOOTSTRAP.setLevel(Level.SEVERE);
  }

  private final Path socket;
  private final Object file;
  private final Server server;
  private final EventLoopGroup threads;

  private UnixSocketServer(Path socket, Object file, Server server, EventLoopGroup threads) {
    this.socket = socket;
    this.file = file;
    this.server = server;
    this.threads = threads;
  }

  static UnixSocketServer start(Path socket, BindableService service) {
    refuseIfServed(socket);
    EventLoopGroup threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Files.createDirectories(socket.getParent());
      // Nobody can connect before it has its rights and its name.
      Path draft = socket.resolveSibling(socket.getFileName() + ".new");
      Files.deleteIfExists(draft);
      Server server =
          NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(draft))
              .channelType(NioServerDomainSocketChannel.class)
              .bossEventLoopGroup(threads)
              .workerEventLoopGroup(threads)
              // What it does is short and never blocks.
              .directExecutor()
              .addService(service)
              .build()
              .start();
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
      Files.move(draft, socket, StandardCopyOption.ATOMIC_MOVE);
      return new UnixSocketServer(socket, key(socket), server, threads);
    } catch (IOException e) {
      threads.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new RunnerException("cannot listen on " + socket + ": " + e, e);
    }
  }

  /** The socket of a process that was killed stays behind and is nobody's. */
  private static void refuseIfServed(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return;
    }
    throw new RunnerException(
        "another control plane serves %s: stop it first, or set EMPORION_RUN".formatted(socket));
  }

  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      // The name may be another's by now.
      if (Files.exists(socket) && key(socket).equals(file)) {
        Files.delete(socket);
      }
    } catch (IOException e) {
      throw new RunnerException("cannot delete " + socket + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
