package io.vireo.cli.torture;

import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.stack.StackClient;
import io.vireo.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

/** Who of two schedulers owns which partitions, as the broker has it. */
final class SchedulerGroup implements AutoCloseable {

  private static final String GROUP = "vireo.scheduler";
  private static final List<String> PARTS = List.of("scheduler", "scheduler-1");
  private static final String REBALANCES = "kafka_consumer_coordinator_rebalance_total{";

  private final StackClient stack;
  private final Admin admin;
  private final HttpClient http = HttpClient.newHttpClient();

  SchedulerGroup(StackClient stack) throws IOException {
    this.stack = stack;
    this.admin = Admin.create(stack.kafka(KafkaUsers.ADMIN).clientSettings());
  }

  private ConsumerGroupDescription describe() throws InterruptedException, IOException {
    try {
      return admin.describeConsumerGroups(List.of(GROUP)).all().get().values().iterator().next();
    } catch (ExecutionException e) {
      throw new IOException("Expected to hear of the group " + GROUP, e.getCause());
    }
  }

  /** Partitions of the instance of this number. */
  Set<Integer> partitionsOf(int instance) throws InterruptedException, IOException {
    return partitionsOf(describe(), instance);
  }

  private static Set<Integer> partitionsOf(ConsumerGroupDescription group, int instance) {
    String client = "scheduler-" + instance + "-";
    return group.members().stream()
        .filter(member -> member.clientId().contains(client))
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .filter(partition -> partition.topic().equals(Topics.VMI_DESIRED.name()))
        .map(TopicPartition::partition)
        .collect(Collectors.toSet());
  }

  /** Number of the instance that owns more partitions than the other. */
  int busiest() throws InterruptedException, IOException {
    ConsumerGroupDescription group = describe();
    return partitionsOf(group, 0).size() >= partitionsOf(group, 1).size() ? 0 : 1;
  }

  /**
   * Waits until both are members and nothing moves. One that came back has standbys first, and its
   * share a minute later.
   *
   * @param partitions how many there are
   */
  void awaitBoth(int partitions, Duration max) throws Broken, InterruptedException {
    Patience.await(
        "two schedulers in the group, and an owner for each partition",
        max,
        () -> {
          ConsumerGroupDescription group = describe();
          return group.groupState() == GroupState.STABLE
              && group.members().size() == PARTS.size()
              && partitionsOf(group, 0).size() + partitionsOf(group, 1).size() == partitions;
        },
        () -> describe().toString());
  }

  /** Rebalances that both have seen so far. */
  double rebalances() throws IOException, InterruptedException {
    double all = 0;
    for (String part : PARTS) {
      String address = stack.howStarted(part).environment().get("VIREO_HEALTH_ADDRESS");
      HttpResponse<String> metrics =
          http.send(
              HttpRequest.newBuilder(URI.create("http://" + address + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString());
      all +=
          metrics
              .body()
              .lines()
              .filter(line -> line.startsWith(REBALANCES) && line.contains(GROUP))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
              .sum();
    }
    return all;
  }

  @Override
  public void close() {
    admin.close();
    http.close();
  }
}
