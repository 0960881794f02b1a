/** `npm run build`: `src/` to `dist/`. */
import { buildDist } from "./dist.ts";

process.exitCode = buildDist(process.cwd());
