package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.BiConsumer;

/**
 * Takes commands from this machine's owner: a connection each, a line that asks, lines that answer,
 * the last one {@code done} or {@code refused}.
 */
final class ControlServer implements AutoCloseable {
  /** What carries a command out. */
  interface Commands extends BiConsumer<Message, Progress> {}

  private final ServerSocketChannel server;
  private final Commands commands;

  private ControlServer(ServerSocketChannel server, Commands commands) {
    this.server = server;
    this.commands = commands;
  }

  static ControlServer open(Path socket, Commands commands) {
    try {
      Files.deleteIfExists(socket);
      ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      channel.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      ControlServer server = new ControlServer(channel, commands);
      Thread.ofPlatform().name("control").start(server::accept);
      return server;
    } catch (IOException e) {
      throw new RunnerException("cannot listen on " + socket + ": " + e, e);
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        if (server.isOpen()) {
          Events.say("control socket: " + e);
        }
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      var in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
      var out = new PrintWriter(Channels.newWriter(client, StandardCharsets.UTF_8), true);
      String line = in.readLine();
      if (line != null) {
        out.println(answer(Message.parse(line), message -> out.println(message.line())).line());
      }
    } catch (IOException e) {
      Events.say("a command's client left: " + e.getMessage());
    }
  }

  private Message answer(Message command, Progress progress) {
    try {
      Events.say("command: " + String.join(" ", command.fields()));
      commands.accept(command, progress);
      return Message.of("done");
    } catch (RunnerException e) {
      Events.say("refused: " + e.getMessage());
      return Message.of("refused", e.getMessage());
    } catch (RuntimeException e) {
      e.printStackTrace(System.out);
      return Message.of("refused", "the daemon failed: " + e + "; see ./emporion logs mesh");
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
