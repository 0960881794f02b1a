/** Rows of logs whose fields a `#Fields:` line names: W3C extended logs, CloudFront's. Times are in UTC, and ends. */
import { LATENCY_US_MAX, SECOND_US } from "../../engine/kernel/units.ts";
import { callerKey } from "../caller-key.ts";
import { appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { hashOfBytes } from "../byte-hash.ts";
import { indexOf } from "../dictionary.ts";
import { STATUS_NO_ANSWER } from "../failure.ts";
import { latin1Of } from "../latin1-text.ts";
import { createRouteReader } from "../route-reader.ts";
import { createLogDate, timeOnDate } from "../log-date.ts";
import { epochUsFromText } from "../timestamps.ts";
import { unnamedKey } from "../unnamed-key.ts";
import { LATENCY_TOO_LONG, rejectLine, rejectUnusable, type RowReader } from "./trace-format.ts";

/** How the rows of a format differ. */
export interface W3cShape {
  /** Fields of rows before any `#Fields:`; null: such rows are rejected. */
  readonly fields: readonly string[] | null;
  readonly delimiter: " " | "\t";
  /** Microseconds in the unit of `time-taken`; null: seconds, and milliseconds where Microsoft's server wrote the log. */
  readonly takenUnitUs: number | null;
  readonly describe: string;
}

const DIRECTIVE = /^#(Version|Fields|Software|Start-Date|End-Date|Date|Remark|System-State|GMT-Offset):\s*(.*)$/i;

/** A reader of such rows. */
export function createW3cRows(builder: TraceBuilder, shape: W3cShape): RowReader {
  const routes = createRouteReader(builder);
  let place = placesOf(shape.fields ?? []);
  let count = shape.fields?.length ?? 0;
  let date = createLogDate("");
  let midnights = 0;
  let isMicrosoft = false;
  let directives = 0;
  let unitAssumed = false;

  const direct = (name: string, value: string): void => {
    directives++;
    switch (name.toLowerCase()) {
      case "fields": {
        const fields = value.trim().split(/\s+/);
        place = placesOf(fields);
        count = fields.length;
        return;
      }
      case "date":
        date = createLogDate(value);
        return;
      case "software":
        isMicrosoft = /microsoft|\biis\b/i.test(value);
        return;
      default:
    }
  };

  const latencyOf = (taken: string): number => {
    if (taken === "" || taken === "-") return NO_LATENCY;
    const number = /^\d+(?:\.\d+)?$/.test(taken) ? Number(taken) : Number.NaN;
    if (shape.takenUnitUs !== null) return Math.round(number * shape.takenUnitUs);
    if (!isMicrosoft && !taken.includes(".")) unitAssumed = true;
    return Math.round(number * (isMicrosoft ? 1_000 : SECOND_US));
  };

  const readLine = (bytes: Buffer, from: number, to: number, line: number): void => {
    if (rejectUnusable(builder, bytes, from, to, line)) return;
    const refuse = (reason: string): void => rejectLine(builder, reason, bytes, from, to, line);
    const text = latin1Of(bytes, from, to);
    if (text.startsWith("#")) {
      const directive = DIRECTIVE.exec(text);
      return directive === null ? refuse("not a directive") : direct(directive[1] ?? "", directive[2] ?? "");
    }
    if (count === 0) return refuse("a row before #Fields");
    const cells = text.split(shape.delimiter);
    if (cells.length !== count) return refuse("not as many cells as #Fields has names");
    const cell = (name: string): string => cells[place.get(name) ?? -1] ?? "-";
    const spaced = (name: string): string => (shape.delimiter === " " ? cell(name).replaceAll("+", " ") : cell(name));
    const hasDate = place.has("date");
    if (!hasDate && date.firstUs === null) return refuse("a time before #Date, and without a date");
    const endUs = hasDate ? epochUsFromText(`${cell("date")}T${cell("time")}`, 0) : timeOnDate(date, cell("time"));
    if (!Number.isFinite(endUs)) return refuse("unreadable time");
    midnights = Math.max(midnights, date.midnights);
    const latencyUs = latencyOf(cell("time-taken"));
    if (Number.isNaN(latencyUs)) return refuse("unreadable latency");
    if (latencyUs > LATENCY_US_MAX) return refuse(LATENCY_TOO_LONG);
    const statusCell = cell("sc-status");
    const status = statusCell === "-" ? STATUS_NO_ANSWER : /^\d{1,3}$/.test(statusCell) ? Number(statusCell) : 1;
    if (status < 100 && status !== 0) return refuse("no such status");
    const sent = cell("sc-bytes");
    const user = spaced("cs-username");
    const address = cell("c-ip");
    const agent = spaced("cs(user-agent)");
    const target = [spaced("cs-uri-stem"), spaced("cs-uri")].find((one) => one !== "-") ?? "/";
    const method = cell("cs-method");
    appendRow(
      builder,
      latencyUs === NO_LATENCY ? endUs : endUs - latencyUs,
      indexOf(
        builder.keys,
        user !== "-" && user !== "" ? user : address === "-" ? unnamedKey(line) : callerKey(address, agent),
      ),
      routes.ofTarget(method === "-" ? "" : method, target),
      status,
      latencyUs,
      VERSION_UNKNOWN,
      /^\d+$/.test(sent) ? Number(sent) : NO_BYTES,
      line,
      hashOfBytes(bytes, from, to),
    );
  };

  return {
    readLine,
    describe: () => shape.describe,
    notes: () => [
      ...(directives > 0 ? [`${directives} lines are directives (#Fields and the like), and count as no rows`] : []),
      ...(midnights > 0
        ? ["times name no date: days are counted on from #Date, whenever the time goes back by more than an hour"]
        : []),
      ...(unitAssumed ? ["time-taken has no unit: taken as seconds, as the W3C's draft has it"] : []),
    ],
  };
}

/** Names in lower case, because everyone spells `cs(User-Agent)` differently. */
function placesOf(fields: readonly string[]): ReadonlyMap<string, number> {
  return new Map(fields.map((name, index) => [name.toLowerCase(), index]));
}
