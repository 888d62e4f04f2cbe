package dev.emporion.platform;

import static dev.emporion.platform.ErrorInterceptorTest.reasonOf;
import static dev.emporion.platform.ErrorInterceptorTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.platformtest.v1.EchoServiceGrpc;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerTest {
  @ParameterizedTest
  @EnumSource
  void theCallerTravelsThroughTwoServices(Served.Over over) {
    try (var back = Served.over(over, Telemetry.off(), "back");
        var front = Served.over(over, Telemetry.off(), "front")) {
      back.echo.answer = request -> Caller.current().name();
      var stub = EchoServiceGrpc.newBlockingStub(front.app.channel(back.address));
      front.echo.answer = request -> stub.say(request).getText();

      assertThat(front.stub().say(Echo.text("x")).getText()).isEqualTo("guest");
      Caller.as(
          Caller.customer("42"),
          () -> assertThat(front.stub().say(Echo.text("x")).getText()).isEqualTo("customer/42"));
      front.echo.answer =
          request -> Caller.as(Caller.service("front"), () -> stub.say(request).getText());
      assertThat(front.stub().say(Echo.text("x")).getText()).isEqualTo("service/front");
    }
  }

  @Test
  void aHeaderThatIsNoCallerIsRefusedAndNeverAGuest() {
    try (var served = Served.over(Served.Over.NETTY)) {
      var headers = new Metadata();
      headers.put(Caller.HEADER, "root");
      var stub = served.stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
      var answer = refused(() -> stub.say(Echo.text("x")));
      assertThat(answer.getStatus().getCode()).isEqualTo(Code.PERMISSION_DENIED);
      assertThat(reasonOf(answer)).isEqualTo("CALLER_NOT_ALLOWED");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"guest", "customer/1", "merchant/m", "operator/o", "service/orders"})
  void aNameReadsBack(String name) {
    assertThat(Caller.parse(name.equals("guest") ? null : name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "customer", "customer/", "/1", "Customer/1", "king/1"})
  void whatIsNoNameIsRefused(String name) {
    assertThatThrownBy(() -> Caller.parse(name)).isInstanceOf(Failure.class);
  }

  @Test
  void whatIsForOperatorsIsForNobodyElse() {
    Caller.as(Caller.operator("o"), Caller::requireOperator);
    for (Caller other : List.of(Caller.GUEST, Caller.merchant("m"), Caller.service("orders"))) {
      assertThatThrownBy(() -> Caller.as(other, Caller::requireOperator))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.reason()).isEqualTo("CALLER_NOT_ALLOWED"));
    }
  }

  @Test
  void customersSeeTheirOwnAndWhatGuestsMade() {
    assertThat(Caller.customer("1").maySee("1")).isTrue();
    assertThat(Caller.customer("1").maySee("2")).isFalse();
    assertThat(Caller.customer("1").maySee("")).isTrue();
    assertThat(Caller.GUEST.maySee("1")).isFalse();
    assertThat(Caller.GUEST.maySee(null)).isTrue();
    assertThat(Caller.merchant("m").maySee("1")).isTrue();
    assertThat(Caller.operator("o").maySee("1")).isTrue();
    assertThat(Caller.service("orders").maySee("1")).isTrue();
  }
}
