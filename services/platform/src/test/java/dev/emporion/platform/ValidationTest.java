package dev.emporion.platform;

import static dev.emporion.platform.ErrorInterceptorTest.reasonOf;
import static dev.emporion.platform.ErrorInterceptorTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import dev.emporion.platform.ErrorInterceptorTest.Answer;
import dev.emporion.platformtest.v1.Line;
import dev.emporion.platformtest.v1.SayRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValidationTest {
  private static final SayRequest EMPTY = SayRequest.getDefaultInstance();

  private final Served served = Served.over(Served.Over.IN_PROCESS);

  @AfterEach
  void stop() {
    served.close();
  }

  @Test
  void everyViolatedFieldIsNamedByItsPathInTheProto() {
    var request =
        SayRequest.newBuilder()
            .setOrderId("x".repeat(41))
            .setText("ok")
            .addLines(Line.newBuilder().setQuantity(1))
            .addLines(Line.newBuilder().setQuantity(100))
            .addLines(Line.newBuilder().setQuantity(0))
            .build();
    var answer = refused(() -> served.stub().say(request));
    assertThat(answer.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(reasonOf(answer)).isEqualTo("VIOLATED_FIELD");
    assertThat(fields(answer))
        .containsExactlyInAnyOrder("order_id", "lines[1].quantity", "lines[2].quantity");
  }

  @Test
  void theMessageNamesTheFirstFieldForAPerson() {
    assertThat(refused(() -> served.stub().say(EMPTY)).getStatus().getDescription())
        .startsWith("text: ");
  }

  @Test
  void violationsAreCapped() {
    var bad = Line.newBuilder().setQuantity(100).build();
    var request =
        SayRequest.newBuilder().setText("ok").addAllLines(Collections.nCopies(50, bad)).build();
    var answer = refused(() -> served.stub().say(request));
    assertThat(fields(answer)).hasSize(Validation.MAX_VIOLATIONS);
    assertThat(answer.getStatus().getDescription()).endsWith("(and 49 more)");
  }

  @Test
  void aTextThatPostgresCannotHoldIsRefused() {
    assertThat(fields(refused(() -> served.stub().say(Echo.text("a\0b"))))).containsExactly("text");
  }

  @Test
  void suchATextIsNamedByItsPathHoweverDeepItIs() {
    var good = BadRequest.FieldViolation.newBuilder().setField("a").build();
    var bad = good.toBuilder().setDescription("\0").build();
    var message = BadRequest.newBuilder().addFieldViolations(good).addFieldViolations(bad).build();

    Failure failure =
        catchThrowableOfType(Failure.class, () -> Validation.check(message, "detail"));

    assertThat(failure.detail(BadRequest.class).orElseThrow().getFieldViolations(0).getField())
        .isEqualTo("detail.field_violations[1].description");
  }

  @Test
  void aStreamOfRequestsEndsAtTheFirstBadOne() {
    var answer = new Answer();
    var requests = served.asyncStub().collect(answer);
    requests.onNext(Echo.text("good"));
    requests.onNext(EMPTY);
    assertThat(fields(answer.failure())).containsExactly("text");
  }

  @Test
  void aRequestForAStreamIsChecked() {
    assertThat(fields(refused(() -> served.stub().watch(EMPTY).hasNext()))).containsExactly("text");
  }

  @Test
  void aRequestWithinItsBoundsPasses() {
    var answer = new Answer();
    var requests = served.asyncStub().collect(answer);
    requests.onNext(Echo.text("a"));
    requests.onNext(Echo.text("b"));
    requests.onCompleted();
    assertThat(answer.text()).isEqualTo("ab");
  }

  private static List<String> fields(StatusRuntimeException answer) {
    return Failure.from(answer)
        .detail(BadRequest.class)
        .orElseThrow()
        .getFieldViolationsList()
        .stream()
        .map(BadRequest.FieldViolation::getField)
        .toList();
  }
}
