// Moves of the shown days in, a picture of ribbons between two columns out. The matrix beside it has the numbers.

import { byId, drawn, element, fill } from "./elements.js";
import { number } from "./words.js";

const { sankey, sankeyJustify, sankeyLinkHorizontal } = globalThis.d3;
const BAR = 8;
const GAP = 16;
const ROOM = 20;
const LETTERS = 18;
const KINDS = { up: "up", down: "down" };

/** Draws the flow, and again whenever there is more or less room for it. */
export class Flow {
  #shown = null;
  #width = 0;

  constructor() {
    new ResizeObserver(([{ contentRect }]) => {
      if (Math.abs(contentRect.width - this.#width) < 1) return;
      this.#width = contentRect.width;
      this.#draw();
    }).observe(byId("flow"));
  }

  show(matrix, segments) {
    this.#shown = { matrix, segments };
    this.#draw();
  }

  #draw() {
    if (this.#shown === null || this.#width === 0) return;
    const { matrix, segments } = this.#shown;
    const place = byId("flow");
    if (matrix.cells.length === 0) {
      fill(place, element("p", { class: "empty" }, "Nobody moved on these days."));
      return;
    }
    const size = {
      width: this.#width,
      side: sideWidth(matrix, segments, this.#width),
      height: this.#width < 480 ? 360 : 410,
    };
    fill(place, picture(laidOut(matrix, segments, size), segments, size));
  }
}

/** As much room as the longest name with its number needs, and no more than leaves some for the ribbons. */
function sideWidth(matrix, segments, width) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = getComputedStyle(byId("flow")).font;
  const ids = matrix.cells.flatMap(({ from, to }) => [from, to]);
  const names = ids.map(
    (id) => pen.measureText(`${short(segments.label(id, "(none)"))} ${number(matrix.moves)}`).width,
  );
  return Math.min(Math.max(...names) + ROOM, width * 0.38);
}

function short(name) {
  return name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name;
}

function laidOut(matrix, segments, { width, side, height }) {
  const order = [null, ...segments.all.map(({ id }) => id)];
  const place = (id) => (order.includes(id) ? order.indexOf(id) : order.length);
  const nodes = new Map();
  const node = (column, id) => {
    const name = `${column} ${id ?? ""}`;
    if (!nodes.has(name))
      nodes.set(name, { name, column, id, place: column === "to" && id === null ? order.length : place(id) });
    return name;
  };
  const links = matrix.cells.map((cell) => ({
    source: node("from", cell.from),
    target: node("to", cell.to),
    value: cell.moves,
    direction: cell.direction,
  }));
  return sankey()
    .nodeId(({ name }) => name)
    .nodeAlign(sankeyJustify)
    .nodeSort((one, other) => one.place - other.place)
    .nodeWidth(BAR)
    .nodePadding(GAP)
    .extent([
      [side, 10],
      [width - side, height - 10],
    ])({ nodes: [...nodes.values()], links });
}

function picture({ nodes, links }, segments, { width, height }) {
  const title = "Moves from the segments on the left to those on the right; the table of moves has all numbers";
  return drawn(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title },
    links.map((link) => ribbon(link, segments)),
    nodes.map((node) => bar(node, segments)),
  );
}

function ribbon(link, segments) {
  const way = `${segments.label(link.source.id, "(new)")} → ${segments.label(link.target.id, "(none)")}: ${number(link.value)}`;
  const attributes = {
    class: `ribbon ${KINDS[link.direction] ?? "level"}`,
    d: sankeyLinkHorizontal()(link),
    "stroke-width": Math.max(1, link.width).toFixed(1),
  };
  return drawn("path", attributes, drawn("title", {}, way));
}

function bar(node, segments) {
  const left = node.column === "from";
  const middle = (node.y0 + node.y1) / 2;
  const name = segments.label(node.id, left ? "(new)" : "(none)");
  return drawn(
    "g",
    { class: segments.paint(node.id) },
    drawn("rect", { class: "bar", x: node.x0, y: node.y0, width: BAR, height: Math.max(2, node.y1 - node.y0), rx: 2 }),
    drawn(
      "text",
      {
        x: left ? node.x0 - 8 : node.x1 + 8,
        y: middle,
        "text-anchor": left ? "end" : "start",
        "dominant-baseline": "central",
      },
      drawn("tspan", { class: "name" }, short(name)),
      drawn("tspan", { class: "size", dx: 6 }, number(node.value)),
    ),
  );
}
