// Moves of the shown days in, a table out: rows from, columns to, with up and down marked by sign, word and colour.

import { byId, element, fill, said } from "./elements.js";
import { sign } from "./moves.js";
import { number } from "./words.js";

const DEPTHS = 4;
const KINDS = { up: "up", down: "down" };

/** Write the table; segments that nobody left or reached keep their row and column, so that days can be compared. */
export function showMatrix(matrix, segments) {
  const cells = new Map(matrix.cells.map((cell) => [key(cell.from, cell.to), cell]));
  const placed = segments.all.filter((segment) => segment.rank !== null || involved(matrix, segment.id));
  const leaves = matrix.cells.some((cell) => cell.to === null);
  const columns = [...placed.map(({ id }) => id), ...(leaves ? [null] : [])];
  const most = Math.max(1, ...matrix.cells.map((cell) => cell.moves));
  fill(byId("matrix-head"), heading(columns, segments));
  fill(
    byId("matrix-body"),
    [null, ...placed.map(({ id }) => id)].map((from) => row(from, columns, cells, segments, most)),
  );
}

function heading(columns, segments) {
  const names = columns.map((id) => element("th", { scope: "col" }, dot(id, segments), segments.label(id, "(none)")));
  return element("tr", {}, element("th", { scope: "col" }, "from", said(" (rows), to (columns)")), names);
}

function row(from, columns, cells, segments, most) {
  const name = element("th", { scope: "row" }, dot(from, segments), segments.label(from, "(new)"));
  return element(
    "tr",
    {},
    name,
    columns.map((to) => entry(from, to, cells.get(key(from, to)), most)),
  );
}

function entry(from, to, cell, most) {
  const place = { "data-from": from ?? "", "data-to": to ?? "" };
  if (cell === undefined)
    return element("td", { ...place, class: from === to ? "same" : "zero" }, from === to ? "" : "·");
  const kind = KINDS[cell.direction] ?? "level";
  const depth = Math.ceil((DEPTHS * Math.sqrt(cell.moves)) / Math.sqrt(most));
  const mark =
    cell.direction in KINDS
      ? [element("span", { class: "sign", "aria-hidden": "true" }, sign(cell.direction)), said(`${cell.direction} `)]
      : [];
  return element(
    "td",
    { ...place, class: `${kind} depth-${depth}` },
    mark,
    element("span", { class: "count" }, number(cell.moves)),
  );
}

function dot(id, segments) {
  return element("i", { class: `dot ${segments.paint(id)}`, "aria-hidden": "true" });
}

function involved(matrix, id) {
  return matrix.cells.some((cell) => cell.from === id || cell.to === id);
}

function key(from, to) {
  return JSON.stringify([from, to]);
}
