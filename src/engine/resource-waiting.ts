/** Attempts that come later: what the heap has to remember of a request, and the request as it comes back. */
import type { Advance } from "./resource-advance.ts";
import { FALLBACK, addPending } from "./resources/pending.ts";
import type { Batch } from "./service/world.ts";

/** A retry draws anew: as a request so many epochs after the first of its call, per try. */
const EPOCHS_PER_TRY = 65_536;

/** The candidate will have failed the request of row `i` at an instant; then the baseline is asked. */
export function waitForFallback(
  advance: Advance,
  batch: Batch,
  i: number,
  item: number,
  call: number,
  tries: number,
  failedUs: number,
): void {
  const { resources } = advance;
  const { pending } = resources;
  const place = waitUntil(advance, failedUs, FALLBACK, batch, i, item, call, tries);
  pending.tries[place] = tries;
  pending.requestAtUs[place] = batch.atUs[i] as number;
  pending.candidateUs[place] = batch.candidateUs[i] as number;
  pending.candidateCode[place] = batch.candidateCode[i] as number;
  pending.baselineUs[place] = batch.baselineUs[i] as number;
  pending.baselineCode[place] = batch.baselineCode[i] as number;
  resources.pendingFallbacks++;
}

/** The request of row `i` failed at an instant; its client tries again after the backoff. `kind`: here, or in the shadow. */
export function waitForRetry(
  advance: Advance,
  kind: number,
  batch: Batch,
  i: number,
  item: number,
  call: number,
  tries: number,
  failedUs: number,
): void {
  let backoffUs = advance.plane.ready.clients.backoffUs;
  for (let doubled = 0; doubled < tries; doubled++) backoffUs *= 2;
  const place = waitUntil(advance, failedUs + backoffUs, kind, batch, i, item, call, tries);
  advance.resources.pending.tries[place] = tries + 1;
}

function waitUntil(
  { resources }: Advance,
  atUs: number,
  kind: number,
  batch: Batch,
  i: number,
  item: number,
  call: number,
  tries: number,
): number {
  const { pending } = resources;
  const place = addPending(pending, atUs, kind);
  pending.call[place] = call;
  pending.key[place] = batch.key[i] as number;
  pending.route[place] = batch.route[i] as number;
  pending.item[place] = item;
  pending.draw[place] = batch.draw[i] as number;
  pending.drawEpoch[place] = batch.drawEpoch - tries * EPOCHS_PER_TRY;
  pending.sessionHash[place] = batch.sessionHash?.[i] ?? 0;
  return place;
}

/** Fills the first row of a batch with the request at a place of the heap, as it was before it was routed. */
export function comeBack({ resources }: Advance, place: number, batch: Batch): void {
  const { pending } = resources;
  batch.count = 1;
  batch.atUs[0] = pending.atUs[place] as number;
  batch.key[0] = pending.key[place] as number;
  batch.route[0] = pending.route[place] as number;
  batch.draw[0] = pending.draw[place] as number;
  batch.drawEpoch = (pending.drawEpoch[place] as number) + (pending.tries[place] as number) * EPOCHS_PER_TRY;
  if (batch.sessionHash !== undefined) batch.sessionHash[0] = pending.sessionHash[place] as number;
  if (pending.kind[place] !== FALLBACK) return;
  batch.candidateUs[0] = pending.candidateUs[place] as number;
  batch.candidateCode[0] = pending.candidateCode[place] as number;
  batch.baselineUs[0] = pending.baselineUs[place] as number;
  batch.baselineCode[0] = pending.baselineCode[place] as number;
}
