/**
 * Property tests draw other cases every time on a developer's machine, so that more is tried in the end; in CI always
 * the same, so that a change is judged by what it changes. `FAST_CHECK_SEED` sets the seed.
 */
import fc from "fast-check";

const CI_SEED = 20_251_031;

const asked = process.env["FAST_CHECK_SEED"];
if (asked !== undefined) fc.configureGlobal({ seed: Number(asked) });
else if (process.env["CI"] !== undefined) fc.configureGlobal({ seed: CI_SEED });
