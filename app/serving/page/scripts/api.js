// Paths and queries in, the API's JSON out. The token lives in this tab only and goes into a header, never into a URL.

const KEPT = "segue.token";
const READY_SECONDS = 2;

let token = sessionStorage.getItem(KEPT);
const handlers = { tokenNeeded: async () => null, waiting: () => {}, answered: () => {} };

/** What the API refused, as its problem document says it. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `the server answered ${status}`);
    this.status = status;
    this.code = problem.code ?? "";
  }
}

/**
 * Say what to do when something comes up: `tokenNeeded(wrong)` gives a token or null, `waiting(text)` is told while
 * the server catches up, `answered(asOf)` the instant up to which it had read everything.
 */
export function when(handling) {
  Object.assign(handlers, handling);
}

/** Read a path; members of `query` that are null are left out. Refused when the API refuses. */
export async function read(path, query = {}) {
  const answer = await open(path, query, { Accept: "application/json" });
  const body = await answer.json();
  if (typeof body.as_of === "number") handlers.answered(body.as_of);
  return body;
}

/** Open a path and give the answer, once the server is ready and content with the token. */
export async function open(path, query, headers, signal) {
  for (;;) {
    const sent = token;
    const answer = await fetch(address(path, query), { headers: { ...headers, ...authorization(sent) }, signal });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    if (answer.status === 401) {
      if (sent === token) await renew(sent !== null);
    } else if (answer.status === 503 || answer.status === 429) {
      handlers.waiting(problem.detail ?? "The server asks to wait.");
      await pause(Number(answer.headers.get("Retry-After")) || READY_SECONDS);
    } else {
      throw new Refused(answer.status, problem);
    }
  }
}

/** Wait for some seconds. */
export function pause(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

let renewing = null;

/** Several reads may be refused at once: all of them wait for one answer. */
async function renew(wrong) {
  renewing ??= handlers.tokenNeeded(wrong).finally(() => (renewing = null));
  const given = await renewing;
  if (given === null) throw new Refused(401, { detail: "This server wants a token." });
  token = given;
  sessionStorage.setItem(KEPT, given);
}

function authorization(sent) {
  return sent === null ? {} : { Authorization: `Bearer ${sent}` };
}

function address(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
