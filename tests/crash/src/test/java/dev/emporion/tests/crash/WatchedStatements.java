package dev.emporion.tests.crash;

import dev.emporion.tests.crash.Boundary.Moment;
import dev.emporion.tests.crash.Instance.Died;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * The statements of one instance. What writes is a boundary before and after its commit; that is
 * the statement's own, unless a transaction was begun.
 */
final class WatchedStatements {
  private static final Pattern WRITE =
      Pattern.compile("(?:insert into|(?<!for )update|delete from)\\s+(\\w+)");
  private static final String CONNECTION_LOST = "08006";

  private final Instance instance;
  private final Bug bug;

  private WatchedStatements(Instance instance, Bug bug) {
    this.instance = instance;
    this.bug = bug;
  }

  static UnaryOperator<DataSource> of(Instance instance, Bug bug) {
    var watched = new WatchedStatements(instance, bug);
    return source -> watched.source(source);
  }

  private DataSource source(DataSource source) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Object result = invoke(source, method, arguments);
          return result instanceof Connection connection ? new Session(connection).proxy() : result;
        });
  }

  /** Does something to the database. */
  private interface Work {
    Object run() throws Throwable;
  }

  /** A connection, as long as somebody has it. */
  private final class Session {
    private final Connection connection;
    private final TreeSet<String> written = new TreeSet<>();

    Session(Connection connection) {
      this.connection = connection;
    }

    Connection proxy() {
      return WatchedStatements.proxy(
          Connection.class,
          (method, arguments) ->
              switch (method.getName()) {
                case "prepareStatement" -> {
                  String sql = (String) arguments[0];
                  arguments[0] = bug.sql(sql);
                  yield statement((PreparedStatement) invoke(connection, method, arguments), sql);
                }
                case "commit" -> {
                  var tables = new TreeSet<>(written);
                  written.clear();
                  yield committed(connection, tables, () -> invoke(connection, method, arguments));
                }
                default -> invoke(connection, method, arguments);
              });
    }

    private PreparedStatement statement(PreparedStatement statement, String sql) {
      return WatchedStatements.proxy(
          PreparedStatement.class,
          (method, arguments) ->
              method.getName().startsWith("execute")
                  ? executed(sql, () -> invoke(statement, method, arguments))
                  : invoke(statement, method, arguments));
    }

    private Object executed(String sql, Work work) throws Throwable {
      TreeSet<String> tables = tables(sql);
      if (connection.getAutoCommit()) {
        return committed(connection, tables, work);
      }
      written.addAll(tables);
      pass();
      return work.run();
    }
  }

  private Object committed(Connection connection, TreeSet<String> tables, Work work)
      throws Throwable {
    pass();
    // What a ticker does all the time is no part of a saga; what it begins has an event.
    if (tables.isEmpty() || isTicker(Thread.currentThread()) && !tables.contains("outbox")) {
      return work.run();
    }
    String where = instance.service + ": commit of " + String.join(", ", tables);
    int occurrence = instance.enter(where);
    lose(where, occurrence, Moment.BEFORE);
    bug.before(connection);
    Object result = work.run();
    lose(where, occurrence, Moment.AFTER);
    bug.after(connection);
    return result;
  }

  private void lose(String where, int occurrence, Moment moment) throws SQLException {
    try {
      if (instance.isLost(where, occurrence, moment)) {
        throw new SQLException("the connection was lost", CONNECTION_LOST);
      }
    } catch (Died e) {
      throw dead(e);
    }
  }

  private void pass() throws SQLException {
    Thread thread = Thread.currentThread();
    boolean outlives = isTicker(thread) || !thread.isVirtual(); // a test's own wires and closes
    if (outlives && (!instance.works() || isTicker(thread) && instance.rests())) {
      throw new SQLException("the process does not work", CONNECTION_LOST);
    }
    instance.pass();
  }

  /** A ticker outlives its process here, and must: the process works again in the next run. */
  private static SQLException dead(Died death) {
    if (isTicker(Thread.currentThread())) {
      return new SQLException("the process died", CONNECTION_LOST);
    }
    throw death;
  }

  /** Threads of requests have a name, those of sagas have none. */
  static boolean isTicker(Thread thread) {
    String name = thread.getName();
    return thread.isVirtual() && !name.isEmpty() && !name.startsWith("rpc-");
  }

  /** What a statement writes. */
  static TreeSet<String> tables(String sql) {
    var tables = new TreeSet<String>();
    WRITE.matcher(sql).results().forEach(match -> tables.add(match.group(1)));
    tables.remove("set"); // on conflict do update set
    return tables;
  }

  /** What a proxy does. */
  private interface Handler {
    Object handle(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    InvocationHandler all = (proxy, method, arguments) -> handler.handle(method, arguments);
    return type.cast(
        Proxy.newProxyInstance(
            WatchedStatements.class.getClassLoader(), new Class<?>[] {type}, all));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
