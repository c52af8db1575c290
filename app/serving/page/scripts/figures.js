// The overview, the moves of the shown days and the flow between high and low segments in, headline figures out.

import { byId, fill } from "./elements.js";
import { number, percent, signed } from "./words.js";

/** Write the figures; `flow` is null while it is unknown. */
export function showFigures(overview, matrix, flow) {
  const moved = (direction) => total(matrix.cells.filter((cell) => cell.direction === direction));
  fill(byId("figure-customers"), number(overview.customers));
  fill(byId("figure-moves"), number(matrix.moves));
  fill(byId("figure-up"), number(moved("up")));
  fill(byId("figure-down"), number(moved("down")));
  fill(byId("figure-new"), number(moved("entry")));
  if (flow !== null) showTemperature(flow);
}

function showTemperature(flow) {
  const { temperature, rising, falling, net, outflow } = flow;
  fill(byId("figure-temperature"), temperature === null ? "–" : signed(Math.round(temperature)));
  fill(
    byId("temperature-note"),
    `${flow.from === flow.to ? "" : "7 days to then: "}${number(rising)} rose, ${number(falling)} fell, net ${signed(net)}`,
  );
  const alarm = byId("outflow");
  alarm.hidden = !outflow.alarm;
  fill(
    alarm,
    `Outflow alarm: ${percent(outflow.share)} of the high segments fell within 7 days`,
    outflow.usual_share === null ? "." : `, usual are ${percent(outflow.usual_share)}.`,
  );
}

function total(cells) {
  return cells.reduce((sum, cell) => sum + cell.moves, 0);
}
