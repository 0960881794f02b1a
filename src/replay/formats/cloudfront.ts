/** Standard access logs of CloudFront: cells separated by tabs, named by a `#Fields:` line; its own order without one. */
import { SECOND_US } from "../../engine/kernel/units.ts";
import { recogniseByShare, type TraceFormat } from "./trace-format.ts";
import { createW3cRows } from "./w3c-rows.ts";

/** The fields of its standard logs, in their order. */
const FIELDS =
  "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) " +
  "cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken " +
  "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status " +
  "fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len " +
  "sc-range-start sc-range-end";

const ROW = /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t(?:[^\t]*\t){6}(?:\d{3}|-)\t/;

/** The format `cloudfront`. */
export const cloudfront: TraceFormat = {
  name: "cloudfront",
  recognises: (firstLines) =>
    recogniseByShare(
      firstLines,
      (line) => ROW.test(line) || /^#Fields:.*\bx-edge-/.test(line),
      "DATE⇥TIME⇥EDGE⇥BYTES⇥…",
    ),
  create: (builder) =>
    createW3cRows(builder, {
      fields: FIELDS.split(" "),
      delimiter: "\t",
      takenUnitUs: SECOND_US,
      describe: "CloudFront log",
    }),
};
