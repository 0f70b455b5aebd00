package io.vireo.cli;

import io.vireo.schemas.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;

/** How far topics are written and read. */
final class TopicOffsets {

  private static final int TIMEOUT_MS = 10_000;

  private TopicOffsets() {}

  static List<StackStatus.TopicStatus> read(KafkaConnection operator)
      throws ExecutionException, InterruptedException {
    Map<String, Object> settings = new HashMap<>(operator.clientSettings());
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    Admin admin = Admin.create(settings);
    try {
      Map<String, TopicDescription> topics =
          admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get();
      Map<TopicPartition, Long> ends = ends(admin, topics);
      Map<String, Map<String, Long>> lag = lag(admin, ends);
      List<StackStatus.TopicStatus> rows = new ArrayList<>();
      new TreeMap<>(topics)
          .forEach(
              (name, topic) ->
                  rows.add(
                      new StackStatus.TopicStatus(
                          name,
                          topic.partitions().size(),
                          end(ends, name),
                          lag.getOrDefault(name, Map.of()))));
      return rows;
    } finally {
      admin.close(Duration.ofSeconds(1));
    }
  }

  private static long end(Map<TopicPartition, Long> ends, String topic) {
    return ends.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static Map<TopicPartition, Long> ends(Admin admin, Map<String, TopicDescription> topics)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    topics.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(
                    partition ->
                        asked.put(
                            new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> entry :
        admin.listOffsets(asked).all().get().entrySet()) {
      ends.put(entry.getKey(), entry.getValue().offset());
    }
    return ends;
  }

  /** By topic and group. Who reads without a group has its lag in its own metrics. */
  private static Map<String, Map<String, Long>> lag(Admin admin, Map<TopicPartition, Long> ends)
      throws ExecutionException, InterruptedException {
    Map<String, Map<String, Long>> lag = new HashMap<>();
    for (GroupListing group : admin.listGroups().all().get()) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          group.type().filter(GroupType.STREAMS::equals).isPresent()
              ? admin
                  .listStreamsGroupOffsets(
                      Map.of(
                          group.groupId(),
                          new org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec()))
                  .partitionsToOffsetAndMetadata(group.groupId())
                  .get()
              : admin
                  .listConsumerGroupOffsets(group.groupId())
                  .partitionsToOffsetAndMetadata()
                  .get();
      committed.forEach(
          (partition, offset) -> {
            Long end = ends.get(partition);
            if (end != null && offset != null) {
              lag.computeIfAbsent(partition.topic(), topic -> new TreeMap<>())
                  .merge(group.groupId(), Math.max(0, end - offset.offset()), Long::sum);
            }
          });
    }
    return lag;
  }
}
