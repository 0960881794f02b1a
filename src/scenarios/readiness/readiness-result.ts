/** What a readiness check leaves behind, as others may rely on it: the document of `rehearse ready --json`. */
import type { ProfileName } from "./profile.ts";

/** One item and how it fared. */
export interface ReadinessItemRecord {
  readonly item: string;
  readonly title: string;
  readonly group: string;
  /** `missing`: it is not measurable here, and nobody gave it. `overridden`: it failed or is missing, and somebody answers for it. */
  readonly status: "passed" | "failed" | "missing" | "overridden";
  /** Where the answer comes from; null where there is none. */
  readonly how: "measured" | "given" | null;
  /** A share as a fraction, a factor, yes or no, or a name; null where there is none. */
  readonly value: number | boolean | string | null;
  /** What it is held against, in words; null for a yes or a name. */
  readonly asked: string | null;
  readonly reason: string;
}

/** One thing that somebody answers for: a sign-off, or an override with what it overrides. */
export interface ReadinessAuditRecord {
  readonly kind: "sign-off" | "override";
  readonly item: string;
  readonly by: string;
  readonly why: string;
  /** How the item stood when it was overridden. */
  readonly standing: string;
}

/** The whole check. */
export interface ReadinessDocument {
  readonly schema: "rehearse.readiness/1";
  /** The command as typed, seed included. */
  readonly command: string;
  readonly profile: ProfileName;
  readonly scenario: string;
  readonly policy: string;
  readonly seed: string;
  /** How long each version was at full traffic. */
  readonly measuredForMs: number;
  readonly ready: boolean;
  readonly items: readonly ReadinessItemRecord[];
  readonly audit: readonly ReadinessAuditRecord[];
  /** Who has to decide about what stands in the way; null where nothing does, or nobody is named. */
  readonly escalatedTo: string | null;
  /** What the measurement leaves out. */
  readonly notes: readonly string[];
}
