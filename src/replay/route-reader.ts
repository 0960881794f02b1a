/** Routes of requests by their bytes: what was met before costs no text. The names are those of `route-name.ts`. */
import type { TraceBuilder } from "./columns.ts";
import { createDictionary, indexOf, indexOfBytes, type Dictionary } from "./dictionary.ts";
import { latin1Of } from "./latin1-text.ts";
import { routeFromRequestLine, routeName } from "./route-name.ts";

/** Texts that are remembered; when there are more, remembering starts anew. */
const KNOWN_MAX = 65_536;
const QUESTION_MARK = 0x3f;
const HASH = 0x23;

/** Gives indices into the routes of a builder. */
export interface RouteReader {
  /** The route of a request line, as in `GET /a?b HTTP/1.1`. */
  ofRequestLine(bytes: Buffer, from: number, to: number): number;
  /** The route of a method (which may be empty) and a path or an address, in Latin-1. */
  ofTarget(method: string, target: string): number;
}

/** A reader that adds new routes to the builder. */
export function createRouteReader(builder: TraceBuilder): RouteReader {
  let known: Dictionary = createDictionary();
  let routes: number[] = [];
  let targets = new Map<string, number>();
  return {
    ofRequestLine: (bytes, from, to) => {
      // What follows a question mark does not count.
      const query = queryStart(bytes, from, to);
      if (known.names.length >= KNOWN_MAX) {
        known = createDictionary();
        routes = [];
      }
      const index = indexOfBytes(known, bytes, from, query);
      const route = routes[index] ?? indexOf(builder.routes, routeFromRequestLine(latin1Of(bytes, from, to)));
      routes[index] = route;
      return route;
    },
    ofTarget: (method, target) => {
      const text = `${method} ${target}`;
      const before = targets.get(text);
      if (before !== undefined) return before;
      if (targets.size >= KNOWN_MAX) targets = new Map();
      const route = indexOf(builder.routes, routeName(method, target));
      // A copy of its own: a slice would keep what it was cut from.
      targets.set(Buffer.from(text, "latin1").toString("latin1"), route);
      return route;
    },
  };
}

/** Position behind the first question mark or number sign; `to` where there is none. */
function queryStart(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === QUESTION_MARK || byte === HASH) return at + 1;
  }
  return to;
}
