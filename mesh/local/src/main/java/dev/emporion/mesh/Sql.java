package dev.emporion.mesh;

import dev.emporion.mesh.run.DatabaseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A look into a service's database, for those who have no psql: our PostgreSQL comes without. */
record Sql(DatabaseServer server) {
  private static final int MAX_ROWS = 1_000;

  /** Runs one statement and prints what it returns as a table, or how many rows it changed. */
  void run(String service, String statement) {
    if (!Topology.databases().contains(service)) {
      throw new RunnerException(
          "no database '%s'; there are: %s"
              .formatted(service, String.join(" ", Topology.databases())));
    }
    try (Connection connection = server.connect(service);
        Statement sql = connection.createStatement()) {
      sql.setMaxRows(MAX_ROWS);
      if (sql.execute(statement)) {
        print(rows(sql.getResultSet()));
      } else {
        System.out.println("rows changed: " + sql.getUpdateCount());
      }
    } catch (SQLException e) {
      throw new RunnerException(e.getMessage(), e);
    }
  }

  /** The names of the columns, then the rows. */
  private static List<List<String>> rows(ResultSet result) throws SQLException {
    ResultSetMetaData columns = result.getMetaData();
    List<List<String>> rows = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      names.add(columns.getColumnLabel(i));
    }
    rows.add(names);
    while (result.next()) {
      List<String> row = new ArrayList<>();
      for (int i = 1; i <= names.size(); i++) {
        String value = result.getString(i);
        row.add(value == null ? "-" : value);
      }
      rows.add(row);
    }
    return rows;
  }

  private static void print(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append("%%-%ds  ".formatted(Math.max(1, widths[i])).formatted(row.get(i)));
      }
      System.out.println(line.toString().stripTrailing());
    }
    System.out.printf("rows: %d%n", rows.size() - 1);
  }
}
