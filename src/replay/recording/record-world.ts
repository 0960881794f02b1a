/**
 * Records a run's requests on their way: a world that passes on what another says, and writes a row of each request with
 * both of its potential attempts. Faults come after a world's outcomes and are not in the rows: a replay applies them anew.
 */
import type { RoutingWatch } from "../../engine/batch-stages.ts";
import { routerOfRow, type RoutersPlane } from "../../engine/routing/routers.ts";
import { segmentCount } from "../../engine/service/segments.ts";
import { createBatch, routeRows, type Batch, type World, type WorldState } from "../../engine/service/world.ts";
import { EPOCH_REQUESTS, type RecordedRow } from "./recorded-row.ts";
import { resultNames } from "./result-names.ts";

/** A world that is recorded, and what has to look at its batches once they are routed. */
export interface RecordedWorld {
  readonly world: World;
  readonly watch: RoutingWatch;
}

/** Records a world. `take` is given every request as it is drawn; the row is reused. */
export function recordWorld(world: World, take: (row: RecordedRow) => void): RecordedWorld {
  const all = createBatch();
  const names = resultNames(world.errorKinds);
  const segments = segmentNames(world);
  const identifies = (world.identity ?? "user") !== "user";
  let routers: RoutersPlane | undefined;
  const row: RecordedRow = {
    request: 0,
    atUs: 0,
    key: "",
    router: 0,
    route: "",
    segment: "",
    session: -1,
    baselineUs: 0,
    baselineResult: "",
    candidateUs: 0,
    candidateResult: "",
  };
  const outcomes = (state: WorldState, batch: Batch): void => {
    world.outcomes(state, batch);
    copyArrivals(batch, all);
    // The attempts that were not made as well: what the candidate would have done with what the baseline got.
    routeRows(all, () => true);
    world.outcomes(state, all);
    for (let i = 0; i < batch.count; i++) {
      const key = batch.key[i] as number;
      row.request = batch.drawEpoch * EPOCH_REQUESTS + (batch.draw[i] as number);
      row.atUs = batch.atUs[i] as number;
      row.key = world.keyText?.(key) ?? `u${key}`;
      row.router = routers === undefined ? 0 : routerOfRow(routers, batch, i);
      row.route = world.routes[batch.route[i] as number] as string;
      row.segment = segments[world.keySegment?.[key] ?? 0] ?? "";
      row.session = identifies ? (batch.sessionHash?.[i] as number) : -1;
      row.baselineUs = batch.baselineUs[i] as number;
      row.baselineResult = names[batch.baselineCode[i] as number] as string;
      row.candidateUs = all.candidateUs[i] as number;
      row.candidateResult = names[all.candidateCode[i] as number] as string;
      take(row);
    }
  };
  return {
    world: { ...world, outcomes },
    watch: (plane) => {
      ({ routers } = plane);
    },
  };
}

/** Of every combination of values, such as `region=eu;plan=paid`; empty where users are not divided. */
function segmentNames({ segments = [] }: World): string[] {
  return Array.from({ length: segmentCount(segments) }, (_, segment) =>
    segments
      .map(({ name, values }, i) => {
        const below = segmentCount(segments.slice(i + 1));
        return `${name}=${values[Math.floor(segment / below) % values.length] ?? ""}`;
      })
      .join(";"),
  );
}

function copyArrivals(from: Batch, to: Batch): void {
  const { count } = from;
  to.count = count;
  to.drawEpoch = from.drawEpoch;
  for (let i = 0; i < count; i++) {
    to.draw[i] = from.draw[i] as number;
    to.atUs[i] = from.atUs[i] as number;
    to.key[i] = from.key[i] as number;
    to.route[i] = from.route[i] as number;
  }
}
