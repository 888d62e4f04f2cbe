package dev.emporion.platform;

import static dev.emporion.platform.ErrorInterceptorTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platformtest.v1.SayRequest;
import io.grpc.Status.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LogTest {
  private static final Logger LOG = LoggerFactory.getLogger(LogTest.class);
  private static final SayRequest ORDER =
      SayRequest.newBuilder().setOrderId("o-1").setText("x").build();

  private final Captured log = new Captured();
  private final Served served = Served.over(Served.Over.IN_PROCESS);

  @AfterEach
  void stop() {
    served.close();
    log.close();
  }

  @Test
  void aCallIsOneLineWithItsCodeCallerIdsAndTrace() {
    Caller.as(Caller.customer("42"), () -> served.stub().say(ORDER));
    assertThat(callLine())
        .matches("\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\",.*}\n")
        .contains("\"rpc\":\"emporion.platformtest.v1.EchoService/Say\"")
        .contains("\"code\":\"OK\"", "\"caller\":\"customer/42\"", "\"order_id\":\"o-1\"")
        .containsPattern("\"ms\":\\d+\\.\\d+")
        .containsPattern("\"trace_id\":\"[0-9a-f]{32}\",\"span_id\":\"[0-9a-f]{16}\"");
  }

  @Test
  void aRefusalSaysWhy() {
    served.echo.answer =
        request -> {
          throw Failure.of(Code.ABORTED, ErrorReason.ERROR_REASON_ETAG_MISMATCH, "too slow");
        };
    refused(() -> served.stub().say(ORDER));
    assertThat(callLine()).contains("\"code\":\"ABORTED\"", "\"why\":\"too slow\"");
  }

  @Test
  void everyLineOfACallHasItsOrderAndWhatWasNoted() {
    served.echo.answer =
        request -> {
          LOG.info("before");
          Log.note("payment_id", "p-7");
          LOG.info("after");
          return "";
        };
    served.stub().say(ORDER);
    assertThat(log.containing("\"before\""))
        .singleElement()
        .asString()
        .contains("\"order_id\":\"o-1\"", "\"trace_id\":")
        .doesNotContain("p-7");
    assertThat(log.containing("\"after\"")).first().asString().contains("\"payment_id\":\"p-7\"");
    assertThat(callLine()).contains("\"payment_id\":\"p-7\"");
  }

  @Test
  void aSagaHasItsOrderOnEachLine() {
    Log.with("order_id", "o-2", () -> LOG.info("in a saga"));
    LOG.info("outside");
    assertThat(log.containing("in a saga")).first().asString().contains("\"order_id\":\"o-2\"");
    assertThat(log.containing("outside")).first().asString().doesNotContain("order_id");
  }

  @Test
  void whatLibrariesSayToTheJdkIsLoggedToo() {
    java.util.logging.Logger.getLogger("some.library").warning("look out");
    assertThat(log.containing("look out"))
        .singleElement()
        .asString()
        .contains("\"level\":\"WARN\"", "\"logger\":\"some.library\"");
  }

  @Test
  void aLineIsJsonWhateverIsInIt() {
    try (var _ = MDC.putCloseable("k\"ey", "a\nb\\c\u0001d€")) {
      LOG.atInfo().addKeyValue("n", 3).addKeyValue("none", (Object) null).log("say \"hi\"");
    }
    assertThat(log.containing("say "))
        .singleElement()
        .asString()
        .contains("\"message\":\"say \\\"hi\\\"\"", "\"n\":3", "\"none\":\"null\"")
        .contains("\"k\\\"ey\":\"a\\nb\\\\c\\u0001d€\"");
  }

  /** It is written after the answer has gone. */
  private String callLine() {
    Eventually.holds("the call's line", () -> !log.containing("\"rpc\":").isEmpty());
    assertThat(log.containing("\"rpc\":")).hasSize(1);
    return log.containing("\"rpc\":").getFirst();
  }
}
