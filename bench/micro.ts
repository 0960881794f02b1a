/** Timing of small functions with tinybench; contestants take turns here too. */
import { Bench } from "tinybench";
import { median } from "./stopwatch.ts";

/** A function that does the same small thing `units` times. */
export interface MicroContestant {
  readonly name: string;
  readonly units: number;
  readonly work: () => void;
}

/** How long one turn takes, milliseconds. */
const TURN_MS = 80;
const WARMUP_MS = 20;

/** Units per second of each contestant: the median over the rounds of the median time of a call. */
export async function microRates(contestants: readonly MicroContestant[], rounds: number): Promise<number[]> {
  const rates = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { name, units, work }] of contestants.entries()) {
      const bench = new Bench({ time: TURN_MS, warmupTime: WARMUP_MS });
      bench.add(name, work);
      const [task] = await bench.run();
      const result = task?.result;
      if (result?.state !== "completed") throw new Error(`${name} was not measured: ${result?.state ?? "no task"}`);
      rates[index]!.push((units * 1_000) / result.latency.p50);
    }
  }
  return rates.map(median);
}
