/** Routes of requests by their bytes: what was met before costs no text. The names are those of `route-name.ts`. */
import { hashOfBytes } from "./byte-hash.ts";
import type { TraceBuilder } from "./columns.ts";
import {
  createDictionary,
  findHashedParts,
  findWhole,
  hashOfParts,
  indexOf,
  indexOfHashedParts,
  indexOfWhole,
  NOT_FOUND,
  type Dictionary,
} from "./dictionary.ts";
import { latin1Of } from "./latin1-text.ts";
import { routeFromRequestLine, routeName } from "./route-name.ts";
import { targetEnd } from "./text-machine.ts";

/** How many texts are remembered. */
const KNOWN_MAX = 65_536;

/** Gives indices into the routes of a builder. */
export interface RouteReader {
  /** The route of a request line, as in `GET /a?b HTTP/1.1`. */
  ofRequestLine(bytes: Buffer, from: number, to: number): number;
  /** The same, where it is known already how far the line counts: behind its first `?` or `#`, or up to its end. */
  ofScannedLine(bytes: Buffer, from: number, query: number, to: number): number;
  /** The route of a method and a path or an address, in Latin-1; either may be empty. */
  ofTarget(method: string, target: string): number;
  /** The same, of the bytes `[methodFrom, methodTo)` and `[from, to)`. */
  ofTargetBytes(method: Buffer, methodFrom: number, methodTo: number, target: Buffer, from: number, to: number): number;
  /** The same, where it is known already how far the target counts (`targetEnd`), and the hash of method and target (`hashOfParts`). */
  ofHashedTarget(
    method: Buffer,
    methodFrom: number,
    methodTo: number,
    target: Buffer,
    from: number,
    end: number,
    to: number,
    hash: number,
  ): number;
  /** The same of what was met before, up to its end; `NOT_FOUND`: it was not, or has to be looked at again. */
  findHashedTarget(
    method: Buffer,
    methodFrom: number,
    methodTo: number,
    target: Buffer,
    from: number,
    end: number,
    hash: number,
  ): number;
  /** The route of a request line that was met before, up to its first `?` or `#`, with its hash; or `NOT_FOUND`. */
  findHashedLine(bytes: Buffer, from: number, end: number, hash: number): number;
}

/** Texts that are known, and their routes by index. */
interface Known {
  texts: Dictionary;
  routes: number[];
}

/** A reader that adds new routes to the builder. */
export function createRouteReader(builder: TraceBuilder): RouteReader {
  const lines: Known = { texts: createDictionary(), routes: [] };
  const targets: Known = { texts: createDictionary(), routes: [] };
  const newRoute: RouteReader["ofTargetBytes"] = (method, methodFrom, methodTo, target, from, to) =>
    indexOf(builder.routes, routeName(latin1Of(method, methodFrom, methodTo), latin1Of(target, from, to)));
  const ofHashedTarget: RouteReader["ofHashedTarget"] = (method, methodFrom, methodTo, target, from, end, to, hash) => {
    // Where a method ended could not be told otherwise.
    if (hasBlank(method, methodFrom, methodTo)) return newRoute(method, methodFrom, methodTo, target, from, to);
    makeRoom(targets);
    const index = indexOfHashedParts(targets.texts, method, methodFrom, methodTo, target, from, end, hash);
    const known = targets.routes[index];
    if (known !== undefined) return known;
    return (targets.routes[index] = newRoute(method, methodFrom, methodTo, target, from, to));
  };
  const ofTargetBytes: RouteReader["ofTargetBytes"] = (method, methodFrom, methodTo, target, from, to) => {
    const end = targetEnd(target, from, to);
    const hash = hashOfParts(hashOfBytes(method, methodFrom, methodTo), hashOfBytes(target, from, end));
    return ofHashedTarget(method, methodFrom, methodTo, target, from, end, to, hash);
  };
  const ofScannedLine: RouteReader["ofScannedLine"] = (bytes, from, query, to) => {
    makeRoom(lines);
    const index = indexOfWhole(lines.texts, bytes, from, query);
    const known = lines.routes[index];
    if (known !== undefined) return known;
    return (lines.routes[index] = indexOf(builder.routes, routeFromRequestLine(latin1Of(bytes, from, to))));
  };
  return {
    ofRequestLine: (bytes, from, to) => ofScannedLine(bytes, from, targetEnd(bytes, from, to), to),
    ofScannedLine,
    ofTarget: (method, target) => {
      const methodBytes = Buffer.from(method, "latin1");
      const targetBytes = Buffer.from(target, "latin1");
      return ofTargetBytes(methodBytes, 0, methodBytes.length, targetBytes, 0, targetBytes.length);
    },
    ofTargetBytes,
    ofHashedTarget,
    findHashedLine: (bytes, from, end, hash) => {
      const index = findWhole(lines.texts, bytes, from, end, hash);
      return index === NOT_FOUND ? NOT_FOUND : (lines.routes[index] as number);
    },
    findHashedTarget: (method, methodFrom, methodTo, target, from, end, hash) => {
      if (hasBlank(method, methodFrom, methodTo)) return NOT_FOUND;
      const index = findHashedParts(targets.texts, method, methodFrom, methodTo, target, from, end, hash);
      return index === NOT_FOUND ? NOT_FOUND : (targets.routes[index] as number);
    },
  };
}

/** Remembering starts anew when too much is known. */
function makeRoom(known: Known): void {
  if (known.texts.names.length < KNOWN_MAX) return;
  known.texts = createDictionary();
  known.routes = [];
}

function hasBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === 0x20) return true;
  return false;
}
