/** One rollout of about as many requests as the argument says; prints its peak resident memory in bytes. */
import { rehearse } from "../src/engine/stack.ts";
import { peakBytes } from "./peak-memory.ts";
import { planOf, worldFacts } from "./rollout/bench-world.ts";

const requests = Number(process.argv[2]);
const record = rehearse(planOf(worldFacts(requests, "memory")));
if (record.outcome !== "completed") throw new Error(`the rollout ended as ${record.outcome}`);
process.stdout.write(`${peakBytes()}\n`);
