package dev.emporion.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The line between clients and the gateway. While it cuts, some answers get through only in part;
 * then the connection is reset.
 */
final class CuttingProxy implements AutoCloseable {
  private static final int BUFFER = 16 << 10;
  private static final int CUT_PERCENT = 10;
  private static final int PERCENT = 100;

  private final InetSocketAddress gateway;
  private final ServerSocket server;
  private volatile boolean cutting;

  private CuttingProxy(InetSocketAddress gateway, ServerSocket server) {
    this.gateway = gateway;
    this.server = server;
  }

  static CuttingProxy before(String gateway) {
    try {
      String[] address = gateway.split(":");
      var proxy =
          new CuttingProxy(
              new InetSocketAddress(address[0], Integer.parseInt(address[1])),
              new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  void cut(boolean on) {
    cutting = on;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        // It was closed, or the client has left.
      }
    }
  }

  private void connect(Socket client) {
    try {
      Socket upstream = new Socket();
      upstream.connect(gateway);
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> pump(client, upstream, false));
      pump(upstream, client, true);
    } catch (IOException e) {
      reset(client);
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        boolean cut = answers && cutting && chance() < CUT_PERCENT;
        out.write(buffer, 0, cut ? read / 2 : read);
        if (cut) {
          throw new IOException("cut");
        }
      }
      to.shutdownOutput();
    } catch (IOException e) {
      reset(from);
      reset(to);
    }
  }

  private static int chance() {
    return ThreadLocalRandom.current().nextInt(PERCENT);
  }

  /** Without lingering, a close is a reset. */
  private static void reset(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is gone.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
