package bench;

/** An order as it comes in. */
public record Order(
    String type, String eventId, String customerId, long occurredAt, String orderId, Money total) {
  public record Money(long amountMinor, String currency) {}
}
