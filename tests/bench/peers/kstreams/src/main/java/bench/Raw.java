package bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic in, what reading it without any work costs out; a line of JSON for every pass. */
public final class Raw {
  private Raw() {}

  public static void main(String[] arguments) throws InterruptedException {
    String topic = System.getenv("BENCH_ORDERS");
    int partitions = Integer.parseInt(System.getenv("BENCH_PARTITIONS"));
    Properties settings = new Properties();
    settings.put("bootstrap.servers", System.getenv("BENCH_BOOTSTRAP"));
    settings.put("enable.auto.commit", "false");
    settings.put("max.poll.records", "5000");
    var all = IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(all);
      for (int pass = Integer.parseInt(System.getenv("BENCH_PASSES")); pass > 0; pass--) {
        read(consumer, all);
      }
      Thread.sleep(3_600_000); // its memory is still to be asked for
    }
  }

  private static void read(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> all) {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    consumer.seekToBeginning(all);
    long wanted = consumer.endOffsets(all).values().stream().mapToLong(end -> end).sum();
    long began = System.nanoTime();
    long cpu = system.getProcessCpuTime();
    long read = 0;
    while (read < wanted) {
      read += consumer.poll(Duration.ofMillis(500)).count();
    }
    System.out.printf(
        Locale.ROOT,
        "{\"event\":\"read\",\"records\":%d,\"seconds\":%f,\"cpu_seconds\":%f}%n",
        read, (System.nanoTime() - began) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
  }
}
