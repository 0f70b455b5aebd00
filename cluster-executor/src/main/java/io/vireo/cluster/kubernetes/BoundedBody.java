package io.vireo.cluster.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Collects an answer up to a size that no object of Kubernetes reaches. */
final class BoundedBody implements AsyncBody.Consumer<List<ByteBuffer>> {

  /** etcd takes 1.5 MiB by default, and JSON is longer than what is kept there. */
  static final int MAX = 8 << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Override
  public synchronized void consume(List<ByteBuffer> chunks, AsyncBody body) throws IOException {
    for (ByteBuffer chunk : chunks) {
      if (bytes.size() + chunk.remaining() > MAX) {
        body.cancel();
        throw new IOException("Expected an answer of at most " + MAX + " bytes, but it is longer");
      }
      byte[] part = new byte[chunk.remaining()];
      chunk.get(part);
      bytes.write(part);
    }
    body.consume();
  }

  synchronized byte[] bytes() {
    return bytes.toByteArray();
  }
}
