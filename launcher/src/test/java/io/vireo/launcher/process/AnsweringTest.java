package io.vireo.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.network.Datagrams;
import io.vireo.network.Descriptor;
import io.vireo.network.SocketAddresses;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnsweringTest {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int SOCK_DGRAM = 2;
  private static final int RECEIVE_MAX_MS = 10_000;

  @Test
  void shouldSpeakUnaskedAnswerAndGoOnAfterAnAnswerThatWasNotSent() throws Exception {
    try (DatagramSocket guest = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
      guest.setSoTimeout(RECEIVE_MAX_MS);
      Descriptor socket = Descriptor.socket(SocketAddresses.AF_INET, SOCK_DGRAM, 0);
      socket.bind(SocketAddresses.of(LOOPBACK, 0));
      socket.timeout(20);

      Answering answering = Answering.start("test", socket, new Echo(guest.getLocalPort()));

      SocketAddress server = receive(guest, "unasked");
      guest.send(new DatagramPacket(new byte[0], 0, server));
      byte[] question = "question".getBytes(StandardCharsets.UTF_8);
      guest.send(new DatagramPacket(question, question.length, server));
      receive(guest, "question");
      answering.stop();
    }
  }

  /** Waits for one; what comes unasked meanwhile is passed over. */
  private static SocketAddress receive(DatagramSocket guest, String text) throws IOException {
    while (true) {
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      guest.receive(packet);
      String received = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
      if (received.equals(text)) {
        return packet.getSocketAddress();
      }
      assertThat(received).isEqualTo("unasked");
    }
  }

  private record Echo(int port) implements Answering.Answers {

    @Override
    public void to(Datagrams.Datagram question, Datagrams socket) throws IOException {
      if (question.bytes().length == 0) {
        throw new IOException("nobody is there");
      }
      socket.send(question.bytes(), question.source());
    }

    @Override
    public void unasked(Datagrams socket) throws IOException {
      socket.send("unasked".getBytes(StandardCharsets.UTF_8), SocketAddresses.of(LOOPBACK, port));
    }
  }
}
