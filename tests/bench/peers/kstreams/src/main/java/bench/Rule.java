package bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Age, number of orders and their sum in, the segment out: tests/bench/rule.py in Java. */
final class Rule {
  static final long DAY_MS = 86_400_000L;
  static final long[] WITHIN_MS = {90 * DAY_MS, 150 * DAY_MS};

  private static final int[] ORDERS = {2, 3};
  private static final long[] SPENT_MINOR = {100_00, 500_00};
  private static final List<String> SEGMENTS =
      List.of("champions", "loyal", "recent", "needs_attention", "at_risk", "inactive");
  private static final String[] CELLS = {
    "333 332 323", "321 322 331 232 233", "312 313 311 222 223",
    "213 221 123 132 133", "231 212 122 131 211", "111 112 113 121",
  };
  private static final Map<Integer, String> SEGMENT_OF = new HashMap<>();

  static {
    for (int i = 0; i < CELLS.length; i++) {
      for (String cell : CELLS[i].split(" ")) {
        SEGMENT_OF.put(Integer.valueOf(cell), SEGMENTS.get(i));
      }
    }
  }

  private Rule() {}

  static String segmentOf(long ageMs, long orders, long spentMinor) {
    int r = 3 - (ageMs > WITHIN_MS[0] ? 1 : 0) - (ageMs > WITHIN_MS[1] ? 1 : 0);
    int f = 1 + (orders >= ORDERS[0] ? 1 : 0) + (orders >= ORDERS[1] ? 1 : 0);
    int m = 1 + (spentMinor >= SPENT_MINOR[0] ? 1 : 0) + (spentMinor >= SPENT_MINOR[1] ? 1 : 0);
    return SEGMENT_OF.get(100 * r + 10 * f + m);
  }

  static String direction(String from, String to) {
    if (from == null) {
      return "entry";
    }
    return SEGMENTS.indexOf(to) < SEGMENTS.indexOf(from) ? "up" : "down";
  }
}
