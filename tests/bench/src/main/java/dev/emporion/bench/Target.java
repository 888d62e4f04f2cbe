package dev.emporion.bench;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The shop under load: a few connections, whose own threads run the clients, so that the load takes
 * as little as it can of the cpu that it shares with the shop.
 */
record Target(List<ManagedChannel> channels) implements AutoCloseable {
  private static final int CONNECTIONS = 4;
  private static final long DEADLINE_SECONDS = 20;

  static Target at(String address) {
    return new Target(
        IntStream.range(0, CONNECTIONS)
            .mapToObj(
                _ ->
                    NettyChannelBuilder.forTarget("dns:///" + address)
                        .usePlaintext()
                        .disableRetry()
                        .directExecutor()
                        .intercept(new Deadline())
                        .build())
            .toList());
  }

  /** The connection of the client with this number. */
  Channel channel(int client) {
    return channels.get(client % channels.size());
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  /** Longer than any order waits: a call that ends by it is lost. */
  private static final class Deadline implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return next.newCall(method, options.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
    }
  }
}
