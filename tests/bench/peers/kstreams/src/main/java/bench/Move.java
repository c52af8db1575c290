package bench;

/** A change of segment as it goes out. */
public record Move(
    String customerId, String from, String to, String direction, Cause cause, long effectiveAt) {
  public record Cause(String type, String eventId) {}
}
