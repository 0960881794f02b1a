/** `npm run readme`: writes the run that the README shows anew, as the command prints it today. A test compares the two. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const SHOWN = /(<!-- The output of: npx rehearse (.+?) -->\n\n```text\n)[\s\S]*?(\n```\n)/u;

const before = readFileSync("README.md", "utf8");
const [, head = "", command = "", tail = ""] = SHOWN.exec(before) ?? [];
if (command === "") throw new Error("README.md shows no run: <!-- The output of: npx rehearse ... -->");
const node = ["--import", "tsx", "src/cli/main.ts", ...command.split(" ")];
const { stdout, stderr, status } = spawnSync(process.execPath, node, { encoding: "utf8", env: { NO_COLOR: "1" } });
if (status !== 0) throw new Error(`rehearse ${command} ended with ${status}: ${stderr}`);
writeFileSync(
  "README.md",
  before.replace(SHOWN, () => head + stdout.trimEnd() + tail),
);
