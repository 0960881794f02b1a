/** `npm run check:repository`: the repository's own rules over the tree in the current folder. */
import { readRepository } from "./repository/files.ts";
import { checkRepository, describeFinding } from "./repository/rules.ts";

const files = readRepository(process.cwd());
const findings = checkRepository(files);
for (const finding of findings) console.log(describeFinding(finding));
if (files.length === 0) console.log("no files found; run this from the repository's root");
process.exitCode = findings.length > 0 || files.length === 0 ? 1 : 0;
