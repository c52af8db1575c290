kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.commerce.orders.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=-1 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.commerce.engagement.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=-1 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.commerce.customers.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=-1 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.loyalty.receipts.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=-1 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic segue-customers-changelog \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=compact \
  --config delete.retention.ms=604800000 \
  --config min.cleanable.dirty.ratio=0.3 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.loyalty.segment-transitions.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=-1 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.loyalty.customer-segments.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=compact \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.loyalty.rewards.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=-1 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.loyalty.messages.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=-1 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.loyalty.alerts.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=-1 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.segue.dlq.v1 \
  --partitions 12 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=-1 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.segue.control.v1 \
  --partitions 1 --replication-factor 3 \
  --config cleanup.policy=compact \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.segue.freezes.v1 \
  --partitions 1 --replication-factor 3 \
  --config cleanup.policy=delete \
  --config retention.ms=172800000 \
  --config retention.bytes=-1 \
  --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic Shop_1.segue.budgets.v1 \
  --partitions 1 --replication-factor 3 \
  --config cleanup.policy=compact \
  --config min.insync.replicas=2
