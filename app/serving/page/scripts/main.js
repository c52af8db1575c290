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
import { addDays, dayOf, instant } from "./words.js";

const REFRESH_SECONDS = 1;
const HEALTH_SECONDS = 15;
const TREND_DAYS = 7;
const CHART_DAYS = 366;
const ALL = ""; // before every day

let segments = new Segments({ segments: [] });
let reached = {};
let figures = null;
let line = ["waiting", "Loading"];
let stale = null;
let missing = null;
let catchingUp = false;
let asked = 0;

const days = new Days(() => refresh());
const flow = new Flow();
const sizes = new Sizes();
const story = new Story(
  () => segments,
  waysOfAll,
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
    days.today(dayOf(asOf));
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

/**
 * Load the chosen days, and show them unless others were chosen meanwhile. `since`: the first day in which anything
 * has changed; of days before it what is shown is kept.
 */
async function refresh(since = ALL) {
  const mine = (asked += 1);
  missing = earlier(missing, since); // with what was asked for before and never shown
  try {
    const overview = await read("/v1/segments");
    if (mine !== asked) return;
    segments = new Segments(overview);
    reached = { from: overview.first_day && farthest(overview.first_day, overview.newest_day), to: overview.newest_day };
    days.reach(overview.first_day, overview.newest_day);
    const range = days.known ? { from: days.from, to: days.to } : {};
    const [ofDays, ofNow] = await Promise.all([loadDays(range, missing), loadNow()]);
    if (mine !== asked) return;
    figures = ofDays;
    missing = null;
    show(overview, ofDays, ofNow);
  } catch (error) {
    shown(error);
  }
}

/** Figures of the shown days: those there are, unless the days are others, or something changed up to the last. */
async function loadDays(range, since) {
  const { from, to } = range;
  if (figures !== null && figures.range.from === from && figures.range.to === to && since > to) return figures;
  const [matrix, health, trend, rewards] = await Promise.all([
    read("/v1/transitions/matrix", range),
    read("/v1/health/flow", { days: TREND_DAYS, to }),
    read("/v1/sizes", { from: to && addDays(to, 1 - CHART_DAYS), to }),
    read("/v1/rewards", range),
  ]);
  return { range, matrix, health, trend, rewards };
}

async function loadNow() {
  const [budgets, status, processor] = await Promise.all([
    read("/v1/budgets"),
    read("/v1/status"),
    read("/v1/health/processor"),
  ]);
  return { budgets, status, processor };
}

/** The moves of the whole history: only a story asks for them. */
async function waysOfAll() {
  return (await read("/v1/transitions/matrix", reached)).cells;
}

function show(overview, { matrix, health, trend, rewards }, { budgets, status, processor }) {
  showFigures(overview, matrix, health);
  showStanding(overview, segments, (id) => leaving.choose(id));
  flow.show(matrix, segments);
  showMatrix(matrix, segments);
  sizes.show(trend, segments);
  showRewards(rewards);
  showBudgets(budgets, segments.currency);
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
  stale = earlier(stale, name === "reset" ? ALL : dayOf(data.effective_at));
  catchUp();
}

/** Load the figures again until no event has come since; never twice at a time, or neither would be shown. */
async function catchUp() {
  if (catchingUp) return;
  catchingUp = true;
  while (stale !== null) {
    await pause(REFRESH_SECONDS);
    const since = stale;
    stale = null;
    await refresh(since);
  }
  catchingUp = false;
}

/** The earlier of two days; null is none. */
function earlier(one, other) {
  return one === null || (other !== null && other < one) ? other : one;
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
