/**
 * Lines as Docker keeps them (`json-file`, and what forwards it): `{"log":"…\n","stream":"stdout","time":"…"}`. Lines of
 * more than 16 KiB are split; all parts but the last lack the line end.
 */
import { createJsonScanner, scanJson } from "./json-scanner.ts";
import { bytesOf, JSON_STRING } from "./json-values.ts";
import { latin1Of } from "./latin1-text.ts";
import type { LinePrefix, Unwrapped } from "./line-wrapping.ts";

const LOG = 0;
const STREAM = 1;
const TIME = 2;
const LF = 0x0a;
const CR = 0x0d;

/** Docker's lines. */
export const dockerJson: LinePrefix = {
  name: "Docker",
  isAround: true,
  createUnwrap: () => {
    const scanner = createJsonScanner([["log"], ["stream"], ["time"]]);
    const unwrapped: Unwrapped = { bytes: Buffer.alloc(0), from: 0, to: 0, isPartial: false, stream: "" };
    return (bytes, from, to) => {
      if (!scanJson(scanner, bytes, from, to)) return null;
      const { kinds, starts, ends } = scanner;
      if (kinds[LOG] !== JSON_STRING || kinds[STREAM] !== JSON_STRING || kinds[TIME] !== JSON_STRING) return null;
      const stream = latin1Of(bytesOf(scanner, STREAM), starts[STREAM] as number, ends[STREAM] as number);
      if (stream !== "stdout" && stream !== "stderr") return null;
      unwrapped.bytes = bytesOf(scanner, LOG);
      unwrapped.from = starts[LOG] as number;
      unwrapped.to = ends[LOG] as number;
      unwrapped.stream = stream;
      unwrapped.isPartial = !takeLineEnd(unwrapped);
      return unwrapped;
    };
  },
};

/** Takes off a line end; false: there is none. */
function takeLineEnd(line: Unwrapped): boolean {
  if (line.to === line.from || line.bytes[line.to - 1] !== LF) return false;
  line.to--;
  if (line.to > line.from && line.bytes[line.to - 1] === CR) line.to--;
  return true;
}
