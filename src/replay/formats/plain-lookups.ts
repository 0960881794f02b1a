/** Columns of plain rows that hold texts: looked up, and not plain where they were not met before. */
import { hashOfBytes } from "../byte-hash.ts";
import { wholeNumberOf } from "../byte-numbers.ts";
import { findHashed, findHashedJoined, hashOfParts, NOT_FOUND, type Dictionary } from "../dictionary.ts";
import type { RouteReader } from "../route-reader.ts";
import type { CutText } from "../text-machine.ts";
import { isAbsentBytes } from "./csv-cells.ts";
import { hostEnd } from "./json-cells.ts";
import type { Batch, PlainLayout } from "./plain-batch.ts";
import type { VersionReader } from "./version-reader.ts";

const QUOTE = 0x22;
const NOTHING = Buffer.alloc(0);
const NOTHING_HASH = hashOfBytes(NOTHING, 0, 0);

/** Versions, by the words for them. */
export function lookAtVersions(
  batch: Batch,
  { bytes, starts, ends, hashes }: CutText,
  { version: column, isJson }: PlainLayout,
  versions: VersionReader,
): void {
  const { count, isPlain, first, version } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = (first[row] as number) + column;
    const from = starts[cell] as number;
    const to = ends[cell] as number;
    if (hasBlanksAround(bytes, from, to) || (isJson && isAbsentBytes(bytes, from, to))) isPlain[row] = 0;
    else version[row] = versions.ofHashed(bytes, from, to, hashes[cell] as number);
  }
}

/** Tells of a row whose version is unknown, for it is appended. */
export function countUnknownVersion(
  { text, first }: Batch,
  row: number,
  column: number,
  versions: VersionReader,
): void {
  if (text === null) return;
  const cell = (first[row] as number) + column;
  const { bytes, starts, ends, hashes } = text;
  versions.countUnknown(bytes, starts[cell] as number, ends[cell] as number, hashes[cell] as number);
}

/** Keys that are known. Texts with blanks around them were never added, nor those that say that there is nothing. */
export function lookAtKeys(batch: Batch, text: CutText, layout: PlainLayout, keys: Dictionary): void {
  const { bytes, starts, ends, hashes } = text;
  const { isJson, user, isUserNeeded, address, agent } = layout;
  const { count, isPlain, first, key } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    let cell = (first[row] as number) + (user === -1 ? address : user);
    let from = starts[cell] as number;
    let to = ends[cell] as number;
    let isAddress = user === -1;
    if (!isAddress && !isUserNeeded && address !== -1 && isAbsentBytes(bytes, from, to)) {
      cell = (first[row] as number) + address;
      from = starts[cell] as number;
      to = ends[cell] as number;
      isAddress = true;
    }
    let index = NOT_FOUND;
    if (isAddress && agent !== -1) {
      index = findJoined(keys, text, cell, (first[row] as number) + agent, isJson);
    } else if (!isJson || !isOtherwise(bytes, from, to, isAddress)) {
      index = findHashed(keys, bytes, from, to, hashes[cell] as number);
    }
    key[row] = index;
    if (index === NOT_FOUND) isPlain[row] = 0;
  }
}

/** The key of an address and an agent, or of the address where there is no agent. */
function findJoined(keys: Dictionary, text: CutText, address: number, agent: number, isJson: boolean): number {
  const { bytes, starts, ends, hashes } = text;
  const from = starts[address] as number;
  const to = ends[address] as number;
  const agentFrom = starts[agent] as number;
  const agentTo = ends[agent] as number;
  if (isAbsentBytes(bytes, from, to)) return NOT_FOUND;
  // Of JSON another value can be the agent.
  if (isAbsentBytes(bytes, agentFrom, agentTo))
    return isJson ? NOT_FOUND : findHashed(keys, bytes, from, to, hashes[address] as number);
  if (isJson ? isOtherwise(bytes, from, to, true) : hasBlanksAround(bytes, agentFrom, agentTo)) return NOT_FOUND;
  if (isJson && isOtherwise(bytes, agentFrom, agentTo, false)) return NOT_FOUND;
  const hash = hashOfParts(hashes[address] as number, hashes[agent] as number);
  return findHashedJoined(keys, bytes, from, to, bytes, agentFrom, agentTo, hash);
}

/** Whether a value of JSON is another key than its text: an address with a port, a number with a fraction. */
function isOtherwise(bytes: Buffer, from: number, to: number, isAddress: boolean): boolean {
  if (isAddress && hostEnd(bytes, from, to) !== to) return true;
  return bytes[from - 1] !== QUOTE && wholeNumberOf(bytes, from, to) === -1;
}

/** Whether a value of JSON is absent, or a number, which can be written in other ways. */
function isNoText(bytes: Buffer, from: number, to: number): boolean {
  return bytes[from - 1] !== QUOTE || isAbsentBytes(bytes, from, to);
}

/** Routes that are known, by method and target. */
export function lookAtRoutes(
  batch: Batch,
  text: CutText,
  fromLine: number,
  { isJson, method, target }: PlainLayout,
  routes: RouteReader,
): void {
  const { bytes, starts, ends, hashes, targetEnds, targetHashes } = text;
  const { count, isPlain, first, route } = batch;
  const hasMethod = method !== -1;
  const hasTarget = target !== -1;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const cell = first[row] as number;
    const methodFrom = hasMethod ? (starts[cell + method] as number) : 0;
    const methodTo = hasMethod ? (ends[cell + method] as number) : 0;
    const from = hasTarget ? (starts[cell + target] as number) : 0;
    const end = hasTarget ? (targetEnds[fromLine + row] as number) : 0;
    const hash = hashOfParts(
      hasMethod ? (hashes[cell + method] as number) : NOTHING_HASH,
      hasTarget ? (targetHashes[fromLine + row] as number) : NOTHING_HASH,
    );
    const isOther =
      isJson && ((hasMethod && isNoText(bytes, methodFrom, methodTo)) || (hasTarget && isNoText(bytes, from, end)));
    const index = isOther ? NOT_FOUND : routes.findHashedTarget(bytes, methodFrom, methodTo, bytes, from, end, hash);
    route[row] = index;
    if (index === NOT_FOUND) isPlain[row] = 0;
  }
}

/** Routes that are known, by whole request lines. */
export function lookAtRequests(
  batch: Batch,
  { bytes, starts, targetEnds, targetHashes }: CutText,
  fromLine: number,
  column: number,
  routes: RouteReader,
): void {
  const { count, isPlain, first, route } = batch;
  for (let row = 0; row < count; row++) {
    if (isPlain[row] === 0) continue;
    const from = starts[(first[row] as number) + column] as number;
    const end = targetEnds[fromLine + row] as number;
    const hash = targetHashes[fromLine + row] as number;
    const index = routes.findHashedLine(bytes, from, end, hash);
    route[row] = index;
    if (index === NOT_FOUND) isPlain[row] = 0;
  }
}

/** Whether a cell that is not empty perhaps has blanks around its text. */
function hasBlanksAround(bytes: Buffer, from: number, to: number): boolean {
  return from < to && ((bytes[from] as number) <= 0x20 || (bytes[to - 1] as number) <= 0x20);
}
