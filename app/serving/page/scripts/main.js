// The page: loads what it shows, and again when days are chosen or moves come in.

import { pause, read, Refused, when } from "./api.js";
import { Days, farthest } from "./days.js";
import { byId, fill } from "./elements.js";
import { Feed } from "./feed.js";
import { showFigures } from "./figures.js";
import { Flow } from "./flow.js";
import { showHealth } from "./health.js";
import { Leaving } from "./leaving.js";
import { showMatrix } from "./matrix.js";
import { showProcessor } from "./processor.js";
import { showBudgets, showRewards } from "./rewards.js";
import { Search } from "./search.js";
import { Segments } from "./segments.js";
import { Sizes } from "./sizes.js";
import { showStanding } from "./standing.js";
import { Story } from "./story.js";
import { follow } from "./stream.js";
import { askForToken } from "./token.js";
import { addDays, instant } from "./words.js";

const REFRESH_SECONDS = 1;
const HEALTH_SECONDS = 15;
const TREND_DAYS = 7;
const CHART_DAYS = 366;

let segments = new Segments({ segments: [] });
let waysUp = [];
let line = ["waiting", "Loading"];
let stale = false;
let catchingUp = false;
let asked = 0;

const days = new Days(() => refresh());
const flow = new Flow();
const sizes = new Sizes();
const story = new Story(
  () => segments,
  () => waysUp,
);
const feed = new Feed(
  () => segments,
  (id) => story.open(id),
);
const leaving = new Leaving((id) => story.open(id));
new Search((id) => story.open(id));

when({
  tokenNeeded: askForToken,
  waiting: (text) => state("waiting", text),
  answered: (asOf) => {
    state(...line);
    fill(byId("as-of"), `as of ${instant(asOf)} UTC`);
  },
});

start();

async function start() {
  await refresh();
  story.byAddress();
  follow("/v1/transitions/stream", heard, lineIs).catch(lineRefused);
  for (;;) {
    await pause(HEALTH_SECONDS);
    await Promise.all([
      read("/v1/status").then(showHealth),
      read("/v1/health/processor").then(showProcessor),
    ]).catch(shown);
  }
}

/** Load everything for the chosen days, and show it unless other days were chosen meanwhile. */
async function refresh() {
  const mine = (asked += 1);
  try {
    const overview = await read("/v1/segments");
    if (mine !== asked) return;
    segments = new Segments(overview);
    days.reach(overview.first_day, overview.newest_day);
    const figures = await load(overview, days.known ? { from: days.from, to: days.to } : {});
    if (mine === asked) show(overview, figures);
  } catch (error) {
    shown(error);
  }
}

async function load({ first_day: first, newest_day: newest }, range) {
  const since = range.to && addDays(range.to, 1 - CHART_DAYS);
  const [matrix, whole, health, trend, rewards, budgets, status, processor] = await Promise.all([
    read("/v1/transitions/matrix", range),
    read("/v1/transitions/matrix", { from: first && farthest(first, newest), to: newest }),
    read("/v1/health/flow", { days: TREND_DAYS, to: range.to }),
    read("/v1/sizes", { from: since, to: range.to }),
    read("/v1/rewards", range),
    read("/v1/budgets"),
    read("/v1/status"),
    read("/v1/health/processor"),
  ]);
  return { matrix, whole, health, trend, rewards, budgets, status, processor };
}

function show(overview, { matrix, whole, health, trend, rewards, budgets, status, processor }) {
  waysUp = whole.cells;
  showFigures(overview, matrix, health);
  showStanding(overview, segments, (id) => leaving.choose(id));
  flow.show(matrix, segments);
  showMatrix(matrix, segments);
  sizes.show(trend, segments);
  showRewards(rewards);
  showBudgets(budgets);
  showHealth(status);
  showProcessor(processor);
  leaving.show(segments, overview.newest_day).catch(shown);
  byId("main").setAttribute("aria-busy", "false");
}

/** One event of the stream: shown at once; figures follow, however many events come in a second. */
function heard(name, data) {
  if (name !== "reset") {
    feed.take(name, data);
    story.refresh(data.customer_id);
  }
  stale = true;
  catchUp();
}

/** Load the figures again until no event has come since; never twice at a time, or neither would be shown. */
async function catchUp() {
  if (catchingUp) return;
  catchingUp = true;
  while (stale) {
    stale = false;
    await pause(REFRESH_SECONDS);
    await refresh();
  }
  catchingUp = false;
}

/** Whether events come in: what the state says again once a trouble is over. */
function lineIs(live) {
  line = live ? ["live", "Live"] : ["lost", "Connection lost"];
  state(...line);
}

function lineRefused(error) {
  line = ["lost", trouble(error)];
  state(...line);
}

function state(kind, text) {
  byId("state").dataset.state = kind;
  if (byId("state-text").textContent !== text) fill(byId("state-text"), text); // or it would be said again
}

function shown(error) {
  state("lost", trouble(error));
}

function trouble(error) {
  return error instanceof Refused ? error.message : "The server does not answer";
}
