/** Version files: a candidate (and perhaps a baseline) for a replay. */
import type { Read } from "../engine/kernel/problem.ts";
import type { VersionModel } from "../engine/service/version-model.ts";
import { readDocument } from "./document.ts";
import { mapping } from "./field.ts";
import { buildVersion, checkVersion, versionShape } from "./version-shape.ts";
import { readYaml } from "./yaml-text.ts";

/** The versions of a file; the baseline is null when the file does not say. */
export interface Versions {
  readonly baseline: VersionModel | null;
  readonly candidate: VersionModel;
}

const bothShape = mapping(
  { baseline: versionShape.optional(), candidate: versionShape },
  "A candidate, and what the baseline is like where the trace does not say",
);

/**
 * Reads a version file: either `candidate:` (and `baseline:`) with their keys, or the candidate's own keys
 * (`latency`, `errors`, `declines`, `routes`) at the top. Routes are not checked: the trace is not known here.
 */
export function readVersions(text: string, file: string): Read<Versions> {
  const yaml = readYaml(text, file, "a candidate");
  const keys = yaml.ok ? Object.keys(yaml.value.value as object) : [];
  if (keys.includes("candidate") || keys.includes("baseline")) {
    const read = readDocument(text, file, "a candidate", bothShape, (value, report) => {
      checkVersion(value?.baseline, "baseline", null, ["baseline"], report);
      checkVersion(value?.candidate, "candidate", null, ["candidate"], report);
    });
    if (!read.ok) return read;
    const { baseline, candidate } = read.value.value;
    return {
      ...read,
      value: {
        baseline: baseline === undefined ? null : buildVersion(baseline, "baseline"),
        candidate: buildVersion(candidate, "candidate"),
      },
    };
  }
  const read = readDocument(text, file, "a candidate", versionShape, (value, report) => {
    checkVersion(value, "candidate", null, [], report);
  });
  if (!read.ok) return read;
  return { ...read, value: { baseline: null, candidate: buildVersion(read.value.value, "candidate") } };
}
