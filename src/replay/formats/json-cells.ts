/** What single values of a row of JSON say. */
import { LATENCY_US_MAX } from "../../engine/kernel/units.ts";
import { NO_LATENCY } from "../columns.ts";
import { latencyUsOf, NOT_A_LATENCY, TOO_LONG } from "./csv-cells.ts";

/** An address without its port: `10.0.0.1:4711`, `[::1]:4711`. */
export function hostEnd(bytes: Buffer, from: number, to: number): number {
  let at = to;
  while (at > from && (bytes[at - 1] as number) >= 0x30 && (bytes[at - 1] as number) <= 0x39) at--;
  const colon = at - 1;
  if (at === to || colon <= from || bytes[colon] !== 0x3a) return to;
  // More colons are those of an address of version 6, which has its port behind a bracket.
  for (let i = from; i < colon; i++) if (bytes[i] === 0x3a) return bytes[colon - 1] === 0x5d ? colon : to;
  return colon;
}

/** Numbers that are written differently are one key. */
export function numberText(text: string): string {
  return /^-?\d+$/.test(text) ? text : String(Number(text));
}

/** A latency as text; of `0.002, 0.120 : 0.001` (one upstream after the other, as nginx writes them) the sum. */
export function latencyOfList(text: string, unitUs: number): number {
  if (!/[,:]/.test(text)) return latencyUsOf(text.trim(), unitUs);
  let sumUs = 0;
  for (const part of text.split(/[,:]/)) {
    const us = latencyUsOf(part.trim(), unitUs);
    if (us === NOT_A_LATENCY || us === TOO_LONG) return us;
    if (us !== NO_LATENCY) sumUs += us;
  }
  return sumUs <= LATENCY_US_MAX ? sumUs : TOO_LONG;
}
