/** Words that verbs take one of. They stand apart from what the verbs do, which is loaded only when it is done. */

/** Kinds of things that are built in. */
export const LISTS = ["policies", "scenarios", "metrics", "panels"] as const;

/** Kinds of files that have a schema. */
export const SCHEMAS = ["scenario", "policy", "readiness"] as const;
