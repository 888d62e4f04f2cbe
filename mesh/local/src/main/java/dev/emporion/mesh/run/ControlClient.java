package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Gives the daemon a command and hears what comes of it. */
record ControlClient(Path socket) {

  boolean isAnswered() {
    try {
      send(Message.of("ping"), _ -> {});
      return true;
    } catch (RunnerException e) {
      return false;
    }
  }

  void send(Message command, Progress progress) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      var out = new PrintWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), true);
      out.println(command.line());
      var in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      hear(in, progress);
    } catch (IOException e) {
      throw new RunnerException("the mesh's daemon does not run; make up starts it", e);
    }
  }

  private static void hear(BufferedReader in, Progress progress) throws IOException {
    String line;
    while ((line = in.readLine()) != null) {
      Message message = Message.parse(line);
      switch (message.kind()) {
        case "done" -> {
          return;
        }
        case "refused" -> throw new RunnerException(message.field(1));
        default -> progress.send(message);
      }
    }
    throw new RunnerException("the mesh's daemon ended meanwhile; see ./emporion logs mesh");
  }
}
