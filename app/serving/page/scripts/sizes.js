// Sizes of every segment by day in, a chart of lines with a key to switch them, and the same as a table, out.

import { byId, element, fill } from "./elements.js";
import { dayShort, dayOf, instantOf, number } from "./words.js";

const HEIGHT = 300;
const ROWS = 31;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Draws the sizes; a line that somebody switched off stays off. */
export class Sizes {
  #chart = null;
  #shown = null;
  #off = new Set();

  constructor() {
    dark.addEventListener("change", () => this.#draw());
    new ResizeObserver(([{ contentRect }]) =>
      this.#chart?.setSize({ width: contentRect.width, height: HEIGHT }),
    ).observe(byId("sizes"));
  }

  show(sizes, segments) {
    const before = this.#shown;
    this.#shown = {
      sizes,
      lines: sizes.segments.filter(({ customers }) => customers.some((count) => count > 0)),
      segments,
    };
    if (before !== null && this.#chart !== null && sameLines(before.lines, this.#shown.lines))
      this.#chart.setData(this.#data());
    else this.#draw();
    showTable(this.#shown);
  }

  #data() {
    const { sizes, lines } = this.#shown;
    return [sizes.days.map((day) => instantOf(day) / 1000), ...lines.map(({ customers }) => customers)];
  }

  #draw() {
    if (this.#shown === null) return;
    const place = byId("sizes");
    this.#chart?.destroy();
    this.#chart = new globalThis.uPlot(this.#options(place.clientWidth), this.#data(), place);
    fill(
      byId("sizes-key"),
      this.#shown.lines.map((line, number) => this.#key(line, number + 1)),
    );
    this.#tell(null);
  }

  #options(width) {
    const { lines } = this.#shown;
    const look = getComputedStyle(document.documentElement);
    const axis = {
      stroke: look.getPropertyValue("--soft"),
      font: `12px ${look.getPropertyValue("--sans")}`,
      grid: { stroke: look.getPropertyValue("--line"), width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height: HEIGHT,
      tzDate: (seconds) => globalThis.uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
      scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: 90,
          size: 32,
          values: (_, ticks) => ticks.map((tick) => dayShort(dayOf(tick * 1000))),
        },
        { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? number(tick) : "")) },
      ],
      series: [{}, ...lines.map((line) => this.#series(line, look))],
      hooks: { setCursor: [(chart) => this.#tell(chart.cursor.idx)] },
    };
  }

  #series(line, look) {
    const stroke = look.getPropertyValue(`--${this.#paint(line)}`) || look.getPropertyValue("--none");
    return { label: line.id, stroke, width: 2, points: { show: false }, show: !this.#off.has(line.id) };
  }

  #paint(line) {
    return this.#shown.segments.paint(line.id);
  }

  #key(line, series) {
    const toggle = (event) => {
      const shown = !this.#chart.series[series].show;
      this.#off[shown ? "delete" : "add"](line.id);
      this.#chart.setSeries(series, { show: shown });
      event.currentTarget.setAttribute("aria-pressed", String(shown));
    };
    return element(
      "li",
      {},
      element(
        "button",
        {
          type: "button",
          class: `key ${this.#paint(line)}`,
          "aria-pressed": String(!this.#off.has(line.id)),
          click: toggle,
        },
        element("i", { class: "dot", "aria-hidden": "true" }),
        this.#shown.segments.label(line.id),
        element("b", { "data-size": line.id }),
      ),
    );
  }

  /** Write the sizes of one day, the newest unless the pointer is on another, beside the names. */
  #tell(index) {
    const { sizes, lines } = this.#shown;
    const at = index ?? sizes.days.length - 1;
    if (at < 0) return;
    fill(byId("sizes-day"), `At the end of ${dayShort(sizes.days[at])}`);
    for (const line of lines) {
      const place = document.querySelector(`[data-size="${CSS.escape(line.id)}"]`);
      if (place !== null) fill(place, number(line.customers[at]));
    }
  }
}

function sameLines(some, others) {
  return some.length === others.length && some.every((line, place) => line.id === others[place].id);
}

function showTable({ sizes, lines, segments }) {
  const head = lines.map(({ id }) => element("th", { scope: "col" }, segments.label(id)));
  fill(byId("sizes-head"), element("tr", {}, element("th", { scope: "col" }, "day"), head));
  const newest = sizes.days
    .map((day, place) => [day, place])
    .slice(-ROWS)
    .reverse();
  fill(
    byId("sizes-body"),
    newest.map(([day, place]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, dayShort(day)),
        lines.map(({ customers }) => element("td", {}, number(customers[place]))),
      ),
    ),
  );
}
