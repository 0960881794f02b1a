/**
 * Fitting: rows per second from a trace in memory to models with their goodness of fit. Beside it what no fit can do
 * without: its latencies and the gaps between its rows sorted, and the requests of each user counted.
 */
import { ROLLOUT_SECONDS, planOf, worldFacts } from "./rollout/bench-world.ts";
import { fitTrace } from "../src/replay/fit/fit-trace.ts";
import type { Trace } from "../src/replay/columns.ts";
import { recordTrace } from "./replay-suite.ts";
import { comparedRow } from "./row.ts";
import type { BenchSuite } from "./row.ts";
import { sink, unitsPerSecond } from "./stopwatch.ts";

const REQUESTS = 1_000_000;
const ROUNDS = 3;

/** The row of fitting. */
export const fitSuite: BenchSuite = {
  name: "fit",
  measure: (effort) => {
    const facts = worldFacts(effort === "full" ? REQUESTS : REQUESTS / 50, "fit");
    const trace = recordTrace(facts.seed, planOf(facts).world);
    const [fit = 0, floor = 0] = unitsPerSecond(
      [
        { name: "fitted", work: () => fitted(trace) },
        { name: "sorted and counted", work: () => sortedAndCounted(trace) },
      ],
      ROUNDS,
    );
    return Promise.resolve([comparedRow("fit: rows to models", "rows/s", fit, "sorted and counted", floor, null)]);
  },
};

function fitted(trace: Trace): number {
  const { users, arrivals } = fitTrace(trace);
  sink.value += users.population + (arrivals.kind === "poisson" ? arrivals.perSecond : ROLLOUT_SECONDS);
  return trace.count;
}

function sortedAndCounted({ columns, count }: Trace): number {
  const { startUs, latencyUs, key } = columns;
  const latencies = Float64Array.from(latencyUs).sort();
  const gaps = startUs.map((us, row) => us - (startUs[row - 1] ?? 0)).sort();
  const counts = new Map<number, number>();
  for (const one of key) counts.set(one, (counts.get(one) ?? 0) + 1);
  sink.value += (latencies[count >> 1] ?? 0) + (gaps[count >> 1] ?? 0) + counts.size;
  return count;
}
