/** The file of a suite's series: every task writes a part of its own, and the parts are joined in the suite's order. */
import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Where parts lie until they are joined. */
export interface SeriesParts {
  /** The part of a task. */
  readonly fileOf: (entry: number, replication: number) => string;
  /** Joins parts behind the header, piece by piece, and takes them away. Rejects with what the system says. */
  readonly joinInto: (file: string, parts: readonly string[]) => Promise<void>;
  readonly remove: () => void;
}

/** A new place for parts of a file that begins with `header`. */
export function createSeriesParts(header: string): SeriesParts {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-series-"));
  return {
    fileOf: (entry, replication) => join(folder, `${entry}-${replication}.csv`),
    joinInto: async (file, parts) => {
      // Written over and never taken away first: it may be a link, or no plain file at all.
      writeFileSync(file, header);
      for (const part of parts) {
        await pipeline(createReadStream(part), createWriteStream(file, { flags: "a" }));
        rmSync(part);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
