package io.vireo.node;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A platform thread for each worker that is busy: libvirt keeps its errors by thread. */
final class WorkerThreads implements Workers {

  private static final Logger log = LoggerFactory.getLogger(WorkerThreads.class);
  private static final long IDLE_SECONDS = 10;

  @Override
  public Worker open(String name) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> new Thread(work, name));
    executor.allowCoreThreadTimeOut(true);
    return new Worker() {
      @Override
      public void execute(Runnable work) {
        try {
          executor.execute(work);
        } catch (RejectedExecutionException e) {
          log.atDebug().addKeyValue("worker", name).log("The session is over");
        }
      }

      @Override
      public void close() {
        executor.shutdown();
      }
    };
  }
}
