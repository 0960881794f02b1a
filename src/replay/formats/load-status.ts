/** Outcomes as load generators (k6, Vegeta) tell them: one naming, whatever the form that their results are written in. */
import { STATUS_NO_ANSWER } from "../failure.ts";
import { NOT_A_STATUS } from "./csv-cells.ts";

/**
 * A status, or the name of an error class. A request that had no answer has status 0, or none: what went wrong is told
 * by the error's text, else by its code, else it is `STATUS_NO_ANSWER`.
 */
export function loadStatusOf(status: string, error: string, errorCode: string): number | string {
  const code = status === "" ? 0 : /^\d{1,3}$/.test(status) ? Number(status) : NOT_A_STATUS;
  if (code !== 0) return code >= 100 ? code : NOT_A_STATUS;
  if (error !== "") return errorClassOf(error);
  return errorCode === "" || errorCode === "0" ? STATUS_NO_ANSWER : `error ${errorCode}`;
}

/** An error's last part, behind which there are no addresses and ports: errors of one kind are one class. */
function errorClassOf(error: string): string {
  const last = error.split(": ").at(-1)?.trim() ?? "";
  return (last === "" ? error.trim() : last).replace(/^"|"$/g, "");
}
