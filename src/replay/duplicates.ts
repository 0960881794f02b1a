/** Rows whose text was met before. Equal rows start at the same time, so only rows of one time are compared. */
import type { ImportedColumns } from "./columns.ts";

/** A search that goes on from block to block. */
export interface DuplicateSearch {
  count: number;
  /** The start that the marks belong to. */
  startUs: number;
  /** A hash table of the marks of rows that start then (fingerprint and key as one number); -1: free. 2^k places. */
  marks: Float64Array;
  /** The places that are taken; the first `marked` are valid. */
  taken: Uint32Array;
  marked: number;
}

const FIRST_PLACES = 128;

/** Nothing met yet. */
export function createDuplicateSearch(): DuplicateSearch {
  return {
    count: 0,
    startUs: Number.NaN,
    marks: new Float64Array(FIRST_PLACES).fill(-1),
    taken: new Uint32Array(FIRST_PLACES / 2),
    marked: 0,
  };
}

/** Goes on with the first `count` rows of columns sorted by start. */
export function searchDuplicates(search: DuplicateSearch, columns: ImportedColumns, count: number): void {
  const { startUs, fingerprint, key } = columns;
  for (let i = 0; i < count; i++) {
    const us = startUs[i] as number;
    if (us !== search.startUs) {
      for (let nth = 0; nth < search.marked; nth++) search.marks[search.taken[nth] as number] = -1;
      search.startUs = us;
      search.marked = 0;
    }
    if (!addMark(search, (fingerprint[i] as number) * 2 ** 21 + ((key[i] as number) & 0x1f_ffff))) search.count++;
  }
}

/** Adds a mark; false: it was there. */
function addMark(search: DuplicateSearch, mark: number): boolean {
  const { marks, taken } = search;
  const mask = marks.length - 1;
  let place = Math.imul(Math.floor(mark / 2 ** 21) ^ (mark | 0), 0x9e3779b1) >>> 7;
  for (place &= mask; marks[place] !== -1; place = (place + 1) & mask) if (marks[place] === mark) return false;
  marks[place] = mark;
  taken[search.marked++] = place;
  if (search.marked === taken.length) growTable(search);
  return true;
}

function growTable(search: DuplicateSearch): void {
  const { marks, taken, marked } = search;
  search.marks = new Float64Array(marks.length * 2).fill(-1);
  search.taken = new Uint32Array(taken.length * 2);
  search.marked = 0;
  for (let nth = 0; nth < marked; nth++) addMark(search, marks[taken[nth] as number] as number);
}
