package io.vireo.schemas;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that Kafka stays the cluster that it was. A broker that comes back without its disk
 * has the same address and topics of the same names, but none of the records: positions, books and
 * eligible nodes that a part holds are of another world, and it must begin anew. The cluster's id
 * tells, which is in each answer about metadata, and those come first on a new connection.
 */
public final class KafkaCluster {

  private static final Logger log = LoggerFactory.getLogger(KafkaCluster.class);

  /** Kafka's clients make their listeners by class name, so what these tell goes to one place. */
  private static final KafkaCluster OF_THIS_PROCESS =
      new KafkaCluster(() -> Runtime.getRuntime().halt(1));

  private final Runnable end;
  private final AtomicReference<@Nullable String> first = new AtomicReference<>();
  private volatile boolean endsWhenReplaced;

  KafkaCluster(Runnable end) {
    this.end = end;
  }

  /**
   * From now on this process ends with status 1, at once and without farewells that the new cluster
   * would take for its own, when a client of {@link KafkaConnection#clientSettings} is answered by
   * another cluster than the first. Whoever runs it starts it anew.
   */
  public static void exitWhenReplaced() {
    OF_THIS_PROCESS.endWhenReplaced();
  }

  void endWhenReplaced() {
    endsWhenReplaced = true;
  }

  void answered(@Nullable String id) {
    if (id == null) {
      return;
    }
    String before = first.compareAndExchange(null, id);
    if (before != null && !before.equals(id) && endsWhenReplaced) {
      log.atError()
          .addKeyValue("was", before)
          .addKeyValue("is", id)
          .log("Kafka is another cluster; this part must be started anew");
      end.run();
    }
  }

  /** For Kafka's clients, which tell a metrics reporter of their cluster; it reports no metrics. */
  public static final class Listener implements MetricsReporter, ClusterResourceListener {

    @Override
    public void onUpdate(ClusterResource cluster) {
      OF_THIS_PROCESS.answered(cluster.clusterId());
    }

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}
  }
}
