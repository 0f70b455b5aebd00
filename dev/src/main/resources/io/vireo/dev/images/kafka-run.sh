#!/bin/sh
# Runs one broker. Its settings are the variables KAFKA_<NAME>, where an underscore is a dot of
# Kafka's name, two are an underscore and three a dash; CLUSTER_ID is the cluster's.
set -eu
settings=/tmp/server.properties
kafka() {
  main=$1
  shift
  exec /opt/kafka/jre/bin/java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dlogback.configurationFile=/opt/kafka/logback.xml -cp '/opt/kafka/libs/*' "$main" "$@"
}
env | sed -n 's/^KAFKA_//p' | while IFS='=' read -r name value; do
  key=$(echo "$name" | sed -e 's/___/-/g' -e 's/__/%/g' -e 's/_/./g' -e 's/%/_/g' | tr 'A-Z' 'a-z')
  echo "$key=$value"
done > "$settings"
(kafka kafka.tools.StorageTool format --ignore-formatted --cluster-id "$CLUSTER_ID" --config "$settings")
kafka kafka.Kafka "$settings"
