package io.vireo.api.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * The body of one request as it comes in: no larger, no slower and no more of them at a time than
 * is bearable. Whoever keeps to none of that loses his connection. On one event loop.
 */
final class Body {

  private final HttpServerRequest request;
  private final Room room;
  private final int bytesMax;
  private final Buffer bytes = Buffer.buffer();
  private final Vertx vertx;
  private final long timer;
  private boolean ended;

  private Body(HttpServerRequest request, Vertx vertx, Room room, int bytesMax, long millisMax) {
    this.request = request;
    this.vertx = vertx;
    this.room = room;
    this.bytesMax = bytesMax;
    this.timer =
        vertx.setTimer(
            millisMax, id -> refuse(408, "Expected the whole body within " + millisMax + " ms"));
  }

  /** Takes it in; {@code whole} is called once if all of it comes. */
  static void take(
      HttpServerRequest request,
      Vertx vertx,
      Room room,
      int bytesMax,
      long millisMax,
      Consumer<byte[]> whole) {
    Body body = new Body(request, vertx, room, bytesMax, millisMax);
    request.handler(body::part);
    request.exceptionHandler(problem -> body.end());
    request.endHandler(
        end -> {
          if (body.end()) {
            whole.accept(body.bytes.getBytes());
          }
        });
  }

  private void part(Buffer part) {
    if (ended) {
      return;
    }
    if (bytes.length() + part.length() > bytesMax) {
      refuse(413, "Expected at most " + bytesMax + " bytes");
    } else if (!room.take(part.length())) {
      refuse(503, "Too much is asked at a time; ask again");
    } else {
      bytes.appendBuffer(part);
    }
  }

  private void refuse(int code, String words) {
    if (end()) {
      // What else it sends is not read.
      request
          .response()
          .setStatusCode(code)
          .putHeader("connection", "close")
          .end(words + "\n")
          .onComplete(sent -> request.connection().close());
    }
  }

  /** Whether it had not ended before. */
  private boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    vertx.cancelTimer(timer);
    room.give(bytes.length());
    return true;
  }
}
