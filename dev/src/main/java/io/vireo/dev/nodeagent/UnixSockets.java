package io.vireo.dev.nodeagent;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** gRPC over unix sockets, without native code. */
final class UnixSockets implements AutoCloseable {

  /** The kernel's limit less the final zero. */
  private static final int PATH_MAX = 107;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  Server serve(Path socket, BindableService service) throws IOException {
    checkLength(socket);
    Path parent = socket.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    // An agent that was killed left its socket behind.
    Files.deleteIfExists(socket);
    return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .channelType(NioServerDomainSocketChannel.class)
        .bossEventLoopGroup(group)
        .workerEventLoopGroup(group)
        .addService(service)
        .build()
        .start();
  }

  ManagedChannel connect(Path socket) {
    checkLength(socket);
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
        .eventLoopGroup(group)
        .usePlaintext()
        .build();
  }

  private static void checkLength(Path socket) {
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > PATH_MAX) {
      throw new IllegalArgumentException(
          "Expected a socket path of at most %d bytes, but %s has %d"
              .formatted(PATH_MAX, socket, length));
    }
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
