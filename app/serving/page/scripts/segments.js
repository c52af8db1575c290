// The API's list of segments in, for every segment its label and its colour out.

import { named } from "./words.js";

const COLOURS = 11;

/** All segments of a deployment, the best first; `currency` is null where it is not published. */
export class Segments {
  constructor(answer) {
    this.all = answer.segments.map((segment, place, all) => ({
      ...segment,
      label: segment.label ?? named(segment.id),
      paint: `rank-${Math.round((place * (COLOURS - 1)) / Math.max(1, all.length - 1))}`,
    }));
    this.currency = answer.currency ?? null;
    this.byId = new Map(this.all.map((segment) => [segment.id, segment]));
  }

  /** Label of a segment; `nobody` is the word for having none. */
  label(id, nobody = "no segment") {
    return id === null ? nobody : (this.byId.get(id)?.label ?? named(id));
  }

  /** Class that gives an element the segment's colour. */
  paint(id) {
    return this.byId.get(id)?.paint ?? "rank-none";
  }
}
