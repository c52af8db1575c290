// What the read side says of itself in, a line of figures out.

import { byId, element, fill } from "./elements.js";
import { instant, number } from "./words.js";

/** Write it. */
export function showHealth(status) {
  const rows = [
    ["Behind the topics", `${number(status.behind_records)} records`],
    ["Newest record", status.newest_record_at === null ? "none yet" : instant(status.newest_record_at)],
    ["Customers known", number(status.customers)],
    ["Partitions read", number(status.partitions)],
    ["Pages that listen", number(status.streams)],
  ];
  fill(
    byId("health"),
    rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}
