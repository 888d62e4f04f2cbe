package dev.emporion.edge;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.emporion.platform.ConfigException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves pages over HTTP/1.1, to the gateway. */
final class Site implements AutoCloseable {
  /** What answers at a time; more wait, at most {@link #MAX_CONNECTIONS}. */
  private static final int MAX_REQUESTS = 64;

  private static final int MAX_CONNECTIONS = 512;
  private static final int REQUEST_SECONDS = 10;
  private static final int ANSWER_SECONDS = 60;
  private static final int STOP_SECONDS = 1;

  /** Scripts from here and nowhere else; the viewer sets styles on elements. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none';"
          + " base-uri 'none'; form-action 'none'";

  // The codes of google.rpc.Code that fit; a client of REST sees the same shape from every part.
  private static final int NOT_FOUND = 5;
  private static final int UNIMPLEMENTED = 12;

  static {
    // The JDK's server has no other place for its bounds, and this process no other such server.
    System.setProperty("jdk.httpserver.maxConnections", String.valueOf(MAX_CONNECTIONS));
    System.setProperty("sun.net.httpserver.maxReqTime", String.valueOf(REQUEST_SECONDS));
    System.setProperty("sun.net.httpserver.maxRspTime", String.valueOf(ANSWER_SECONDS));
  }

  private final HttpServer server;
  private final ExecutorService executor;
  private final Map<String, Page> pages;

  private Site(HttpServer server, Map<String, Page> pages) {
    this.server = server;
    this.pages = pages;
    this.executor =
        Executors.newFixedThreadPool(MAX_REQUESTS, Thread.ofVirtual().name("http-", 0).factory());
    server.setExecutor(executor);
    server.createContext("/", this::answer);
  }

  /**
   * Takes the address; answers from {@link #start} on.
   *
   * @throws ConfigException if it cannot be had
   */
  static Site open(String address, Map<String, Page> pages) {
    int colon = address.lastIndexOf(':');
    var socket =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    try {
      return new Site(HttpServer.create(socket, 0), pages);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("HTTP_ADDRESS " + address + ": " + e.getMessage());
    }
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(STOP_SECONDS);
    executor.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        refuse(exchange, HttpURLConnection.HTTP_BAD_METHOD, UNIMPLEMENTED, "only GET and HEAD");
      } else if (path.equals("/") || path.equals("/docs/")) {
        exchange.getResponseHeaders().set("Location", "/docs");
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_MOVED_TEMP, -1);
      } else if (pages.containsKey(path)) {
        show(exchange, pages.get(path));
      } else {
        refuse(exchange, HttpURLConnection.HTTP_NOT_FOUND, NOT_FOUND, "there is no such path");
      }
    }
  }

  private static void show(HttpExchange exchange, Page page) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("ETag", page.etag());
    headers.set("Cache-Control", "no-cache"); // ask each time: the answer is mostly 304
    headers.set("Vary", "Accept-Encoding");
    headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    headers.set("Referrer-Policy", "no-referrer");
    if (listed(exchange, "If-None-Match", page.etag()) || listed(exchange, "If-None-Match", "*")) {
      exchange.sendResponseHeaders(HttpURLConnection.HTTP_NOT_MODIFIED, -1);
      return;
    }
    boolean packed = page.gzip() != null && listed(exchange, "Accept-Encoding", "gzip");
    if (packed) {
      headers.set("Content-Encoding", "gzip");
    }
    send(
        exchange,
        HttpURLConnection.HTTP_OK,
        page.contentType(),
        packed ? page.gzip() : page.plain());
  }

  /** Whether a header that holds a list has this element; a weight or weakness is no matter. */
  private static boolean listed(HttpExchange exchange, String header, String element) {
    String value = exchange.getRequestHeaders().getFirst(header);
    if (value != null) {
      for (String each : value.split(",")) {
        String bare = each.strip().replaceFirst("^W/", "");
        if (bare.equals(element)
            || bare.startsWith(element + ";") && !bare.matches(".*;q=0(\\.0*)?")) {
          return true;
        }
      }
    }
    return false;
  }

  /** An error in the shape that REST's errors have everywhere. */
  private static void refuse(HttpExchange exchange, int status, int code, String message)
      throws IOException {
    var error = new JsonObject();
    error.addProperty("code", code);
    error.addProperty(
        "message",
        exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + ": " + message);
    send(exchange, status, "application/json", error.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String contentType, byte[] body)
      throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", contentType);
    headers.set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", String.valueOf(body.length));
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
