// What workers told of themselves when they were asked last in, a table of them out. The browser asks only the server
// that the page came from: that one asks the workers.

import { byId, element, fill } from "./elements.js";
import { counted, instant, number } from "./words.js";

/** Write it; `workers` null: nobody has said where they are; `ended`: when they were ended, what they told is the last. */
export function showProcessor({ workers, ended_at: ended }) {
  const known = workers !== null && workers.length > 0;
  byId("processor-table").hidden = !known;
  byId("processor-none").hidden = known;
  fill(byId("processor"), (workers ?? []).map((worker) => row(worker, ended)));
}

function row({ worker, told, told_at: at }, ended) {
  return element(
    "tr",
    { "data-worker": worker },
    element("th", { scope: "row" }, worker),
    element("td", {}, told === null ? "–" : number(told.partitions)),
    element("td", {}, told === null ? "–" : number(told.lag_records)),
    element("td", {}, told === null || told.clock_at === null ? "–" : instant(told.clock_at)),
    element("td", { class: told === null ? "down" : null }, ended === null ? state(told, at) : `ended at ${instant(ended)}`),
  );
}

function state(told, at) {
  if (told === null) return at === null ? "does not answer" : `does not answer since ${instant(at)}`;
  if (told.restoring_records > 0) return `restores ${counted(told.restoring_records, "row")}`;
  if (told.partitions === 0) return "has no partition";
  if (told.overdue_partitions > 0) return `behind with what is due in ${counted(told.overdue_partitions, "partition")}`;
  return "works";
}
