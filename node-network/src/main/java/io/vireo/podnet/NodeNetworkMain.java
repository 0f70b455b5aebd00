package io.vireo.podnet;

import io.vireo.network.Descriptor;
import io.vireo.network.DescriptorSocket;
import io.vireo.network.NetworkReply;
import io.vireo.network.NetworkRequest;
import io.vireo.network.Sysctls;
import io.vireo.podnet.core.NetworkProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Waits for the node-executor and sets up one pod's network for each connection. */
public final class NodeNetworkMain {

  /** Setting up takes a fifth of a second of work; more at once would only wait for each other. */
  private static final int AT_ONCE_MAX = 8;

  private static final long MESSAGE_MS = 5000;
  private static final int DESCRIPTORS = 2;
  private static final int ROOT = 0;

  private final DescriptorSocket socket;
  private final Semaphore turns = new Semaphore(AT_ONCE_MAX);

  private NodeNetworkMain(DescriptorSocket socket) {
    this.socket = socket;
  }

  /** Runs until it is killed. Nothing of what it has made goes with it. */
  public static void main(String[] args) throws Exception {
    String path = System.getenv("VIREO_NETWORK_SOCKET");
    if (path == null || path.isBlank()) {
      System.err.println("Expected VIREO_NETWORK_SOCKET to name the socket to wait at");
      System.exit(2);
      return;
    }
    Sysctls.makeWritable();
    try (DescriptorSocket socket = listen(Path.of(path))) {
      System.err.println("Network helper waits at " + path);
      new NodeNetworkMain(socket).serve();
    }
  }

  private static DescriptorSocket listen(Path path) throws IOException {
    Files.deleteIfExists(path);
    DescriptorSocket socket = DescriptorSocket.listen(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    return socket;
  }

  private void serve() throws IOException, InterruptedException {
    while (true) {
      turns.acquire();
      DescriptorSocket connection = socket.accept();
      Thread.ofPlatform()
          .name("request")
          .start(
              () -> {
                try (connection) {
                  serve(connection);
                } catch (IOException e) {
                  say("A request was given up: " + e.getMessage());
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  turns.release();
                }
              });
    }
  }

  private static void serve(DescriptorSocket connection) throws IOException, InterruptedException {
    connection.timeout(MESSAGE_MS);
    if (connection.peerUser() != ROOT) {
      throw new IOException("Expected the node-executor, but another user dialled");
    }
    try (DescriptorSocket.Received received = connection.receive()) {
      List<Descriptor> sockets = List.of();
      NetworkReply reply;
      try {
        PodNamespace.Result result = setUp(received);
        sockets = result.sockets();
        reply = new NetworkReply.Done(result.network());
      } catch (NetworkProblem | IllegalArgumentException e) {
        reply = new NetworkReply.Refused(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        say("A network was not set up: " + e.getMessage());
        reply = new NetworkReply.Failed(String.valueOf(e.getMessage()));
      }
      try {
        connection.send(reply.encode(), sockets);
      } finally {
        sockets.forEach(Descriptor::close);
      }
    }
  }

  private static PodNamespace.Result setUp(DescriptorSocket.Received received)
      throws IOException, NetworkProblem, InterruptedException {
    NetworkRequest request = NetworkRequest.decode(received.bytes());
    if (received.descriptors().size() != DESCRIPTORS) {
      throw new NetworkProblem("Expected the descriptors of a namespace and of /dev/net/tun");
    }
    Descriptor tun = received.descriptors().getLast();
    PodNamespace.checkTun(tun);
    return PodNamespace.of(received.descriptors().getFirst()).setUp(request, tun);
  }

  private static void say(String text) {
    System.err.println(text);
  }
}
