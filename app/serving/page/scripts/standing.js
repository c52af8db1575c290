// The overview in, where customers stand out: one row for each segment, which can be chosen to see who is in it.

import { byId, element, fill } from "./elements.js";
import { number, percent } from "./words.js";

/** Write it; `choose(id)` is called for a segment that somebody picks. */
export function showStanding(overview, segments, choose) {
  const whole = Math.max(1, overview.customers);
  const most = Math.max(1, ...segments.all.map(({ customers }) => customers));
  const rows = segments.all.map(({ id, label, paint, customers }) => {
    const pick = element("button", { type: "button", class: "link", click: () => choose(id) }, label);
    return row(
      id,
      [element("i", { class: `dot ${paint}`, "aria-hidden": "true" }), pick],
      paint,
      customers,
      whole,
      most,
    );
  });
  if (overview.none > 0) rows.push(row("", ["(none)"], "rank-none", overview.none, whole, most));
  fill(byId("standing"), rows);
}

function row(id, name, paint, customers, whole, most) {
  const bar = element("span", { class: `share ${paint}`, "aria-hidden": "true" });
  bar.style.setProperty("--share", String(customers / most));
  return element(
    "tr",
    { "data-segment": id },
    element("th", { scope: "row" }, name),
    element("td", { class: "count" }, number(customers)),
    element("td", { class: "percent" }, percent(customers / whole)),
    element("td", { class: "bar-cell" }, bar),
  );
}
