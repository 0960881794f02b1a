/** Distinct texts with an index each, in order of first appearance. */
import { decodeLatin1, ownString } from "./latin1-text.ts";

/** One JavaScript map holds 2^24 entries; when one is full, the next is opened. */
const MAP_ENTRIES_MAX = 2 ** 24 - 1;
/** Name of the entry that texts share for which there is no room. */
export const OTHER = "other";

/** A growing dictionary. Texts are looked up as they stand in the file (Latin-1) and kept as decoded. */
export interface Dictionary {
  readonly maps: Map<string, number>[];
  /** The texts by index, decoded as UTF-8. */
  readonly names: string[];
  /** Most entries; when all but one are taken, new texts share the last, `other`. */
  readonly entriesMax: number;
}

/** An empty dictionary. */
export function createDictionary(entriesMax: number = 0xffff_ffff): Dictionary {
  return { maps: [new Map<string, number>()], names: [], entriesMax };
}

/** Index of a text, which is added when it is new and there is room. */
export function indexOf(dictionary: Dictionary, text: string): number {
  for (const map of dictionary.maps) {
    const known = map.get(text);
    if (known !== undefined) return known;
  }
  const last = dictionary.entriesMax - 1;
  if (dictionary.names.length >= last) {
    dictionary.names[last] = OTHER;
    return last;
  }
  let map = dictionary.maps[dictionary.maps.length - 1];
  if (map === undefined || map.size >= MAP_ENTRIES_MAX) {
    map = new Map();
    dictionary.maps.push(map);
  }
  const index = dictionary.names.push(decodeLatin1(text)) - 1;
  map.set(ownString(text), index);
  return index;
}
