package dev.emporion.tests.crash;

import com.google.protobuf.Message;
import java.sql.Connection;
import java.sql.SQLException;

/** What a test puts between a service and what it asks, as if the service itself did so. */
interface Bug {
  Bug NONE = new Bug() {};

  /** Before any service is wired. */
  default void prepare(Cell cell) {}

  /** What the database is told instead of a statement. */
  default String sql(String statement) {
    return statement;
  }

  /** What is sent instead of a request. */
  default Message request(Message request) {
    return request;
  }

  /** Before a statement that writes. */
  default void before(Connection connection) throws SQLException {}

  /** After it, when it is committed. */
  default void after(Connection connection) throws SQLException {}
}
