// The API's server-sent events in, one call per event out; it reconnects by itself and misses nothing:
// where the server cannot go on from the last event, a `reset` says that all there is to show is to be loaded again.
// EventSource cannot send a token, so the stream is read by fetch.

import { open, pause } from "./api.js";

const LONGEST_PAUSE = 30;

/** Follow the stream for ever: `heard(name, data)` for each event, `live(yes)` when the line comes and goes. */
export async function follow(path, heard, live) {
  const state = { lastId: "", seconds: 2 };
  for (let failures = 0; ; failures += 1) {
    try {
      const headers = { Accept: "text/event-stream", ...(state.lastId && { "Last-Event-ID": state.lastId }) };
      const answer = await open(path, {}, headers);
      live(true);
      failures = 0;
      await readAll(answer.body, state, heard);
    } catch (error) {
      if (error.status === 401 || error.status === 403) throw error;
      if (error.status === 400 && state.lastId) {
        state.lastId = ""; // or it would be refused for ever
        heard("reset", {});
      }
    }
    live(false);
    await pause(Math.min(LONGEST_PAUSE, state.seconds * 2 ** failures));
  }
}

async function readAll(body, state, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) take(block, state, heard);
  }
}

function take(block, state, heard) {
  const fields = new Map();
  for (const line of block.split("\n")) {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (name !== "") fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
  }
  if (fields.has("id")) state.lastId = fields.get("id");
  if (fields.has("retry")) state.seconds = Number(fields.get("retry")) / 1000 || state.seconds;
  if (fields.has("data")) heard(fields.get("event") ?? "message", JSON.parse(fields.get("data")));
}
