/**
 * The spans of OTLP JSON, cut out of a stream: one document over many lines, or one per line, of any length. No more
 * than one span is held. What stands around the spans is followed, not checked.
 */
import { LINE_BYTES_MAX } from "../lines.ts";

/** What was met. Damage is told with how many spans it cost, at least 1. */
export interface SpanSink {
  /** The bytes of a span, an object with its braces; valid during the call. */
  readonly span: (bytes: Buffer, to: number, line: number) => void;
  readonly damaged: (reason: string, spans: number, line: number, text: string) => void;
}

/** Cuts spans out of chunks. */
export interface SpanCutter {
  /** Takes the bytes `[from, to)` of the file. */
  readonly feed: (bytes: Buffer, from: number, to: number) => void;
  /** Says at which line the next byte stands. */
  readonly atLine: (line: number) => void;
  readonly end: () => void;
}

const OBJECT = 1;
const LIST = 2;
const SPANS = 3;
const DEPTH_MAX = 128;
const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const KEY_BYTES_MAX = 16;
/** A key that every span has, once. */
const MARK = Buffer.from('"startTimeUnixNano"');
const TEXT_BYTES = 160;

/** Begins between documents. */
export function createSpanCutter(sink: SpanSink): SpanCutter {
  const kinds = new Uint8Array(DEPTH_MAX);
  let span = Buffer.allocUnsafeSlow(4_096);
  const key = Buffer.alloc(KEY_BYTES_MAX);
  let depth = 0;
  let line = 1;
  let column = 0;
  let inString = false;
  let escaped = false;
  let keyLength = 0;
  /** Depth of the span's object; 0: in none. */
  let spanDepth = 0;
  let spanBytes = 0;
  let spanLine = 0;
  /** How much of the mark was just seen, and how often it was in this span. */
  let marked = 0;
  let marks = 0;
  /** After damage: up to the next line that begins with a brace. */
  let skipping = false;
  /** Between documents: up to the end of a line that is none. */
  let strayBytes = 0;
  let strayLine = 0;
  let documentLine = 0;
  let documentSpans = 0;

  const keep = (byte: number): void => {
    if (spanBytes > LINE_BYTES_MAX) return;
    if (spanBytes === span.length) {
      const grown = Buffer.allocUnsafeSlow(2 * span.length);
      grown.set(span);
      span = grown;
    }
    span[spanBytes++] = byte;
  };
  const seeMark = (byte: number): boolean => {
    marked = byte === MARK[marked] ? marked + 1 : byte === QUOTE ? 1 : 0;
    if (marked < MARK.length) return false;
    marked = 0;
    return true;
  };
  const shown = (): string => span.toString("latin1", 0, Math.min(spanBytes, TEXT_BYTES));
  const fail = (reason: string): void => {
    const isSpan = spanDepth > 0;
    sink.damaged(reason, isSpan ? Math.max(marks, 1) : 1, isSpan ? spanLine : line, isSpan ? shown() : "");
    documentSpans++;
    skipping = true;
    depth = 0;
    spanDepth = 0;
    inString = false;
    escaped = false;
  };
  const open = (kind: number): void => {
    if (depth === DEPTH_MAX) return fail("nested too deeply");
    if (depth === 0) {
      documentLine = line;
      documentSpans = 0;
    }
    const isSpan = spanDepth === 0 && kind === OBJECT && depth > 0 && kinds[depth - 1] === SPANS;
    kinds[depth++] = kind;
    if (!isSpan) return;
    spanDepth = depth;
    spanBytes = 0;
    spanLine = line;
    marks = 0;
    keep(0x7b);
  };
  const close = (isObject: boolean): void => {
    if (depth === 0 || (kinds[depth - 1] === OBJECT) !== isObject) return fail("damaged JSON");
    if (depth === spanDepth) {
      documentSpans++;
      spanDepth = 0;
      if (spanBytes > LINE_BYTES_MAX) sink.damaged("span too long", Math.max(marks, 1), spanLine, shown());
      else if (marks > 1) sink.damaged("damaged JSON", marks, spanLine, shown());
      else sink.span(span, spanBytes, spanLine);
    }
    depth--;
    if (depth === 0 && documentSpans === 0) sink.damaged("a document without spans", 1, documentLine, "");
  };
  const take = (byte: number): void => {
    if (spanDepth > 0) keep(byte);
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) inString = false;
      else if (byte < 0x20) return fail("damaged JSON");
      else if (spanDepth === 0) {
        if (keyLength < KEY_BYTES_MAX) key[keyLength] = byte;
        keyLength++;
      }
      return;
    }
    switch (byte) {
      case QUOTE:
        inString = true;
        keyLength = 0;
        return;
      case 0x7b:
        return open(OBJECT);
      case 0x5b:
        return open(spanDepth === 0 && keyLength === 5 && key.toString("latin1", 0, 5) === "spans" ? SPANS : LIST);
      case 0x7d:
        return close(true);
      case 0x5d:
        return close(false);
      default:
        if (byte < 0x20 && byte !== LF && byte !== 0x0d && byte !== 0x09) fail("damaged JSON");
    }
  };
  const endStray = (): void => {
    if (strayBytes > 0) sink.damaged("not a JSON object", Math.max(marks, 1), strayLine, shown());
    strayBytes = 0;
  };
  /** Between documents. */
  const takeOutside = (byte: number): void => {
    if (byte === LF) return endStray();
    if (strayBytes === 0) {
      if (byte === 0x7b) return open(OBJECT);
      if (byte <= 0x20) return;
      strayLine = line;
      spanBytes = 0;
      marks = 0;
    }
    strayBytes++;
    if (spanBytes < TEXT_BYTES) keep(byte);
  };
  const takeMark = (): void => {
    if (!skipping && (spanDepth > 0 || strayBytes > 0)) {
      marks++;
      return;
    }
    sink.damaged("span in damaged JSON", 1, line, "");
    documentSpans++;
  };
  const takeOne = (byte: number): void => {
    if (seeMark(byte)) takeMark();
    if (skipping) {
      if (byte !== 0x7b || column !== 0) return;
      skipping = false;
    }
    if (depth === 0) takeOutside(byte);
    else take(byte);
  };

  return {
    feed: (bytes, from, to) => {
      for (let at = from; at < to; at++) {
        const byte = bytes[at] as number;
        takeOne(byte);
        column++;
        if (byte !== LF) continue;
        line++;
        column = 0;
      }
    },
    atLine: (number) => {
      line = number;
      column = 0;
    },
    end: () => {
      endStray();
      if (depth > 0) fail("the file ends within a document");
    },
  };
}
