import { describe, expect, it } from "vitest";
import { toRepositoryFile } from "../../scripts/repository/files.ts";
import { checkLayers } from "../../scripts/repository/layers.ts";

const messagesOf = (path: string, text: string): readonly string[] =>
  checkLayers([toRepositoryFile(path, text)]).map(({ line, message }) => `${line} ${message}`);

describe("layers", () => {
  it("names an upward import, its line, and both layers", () => {
    expect(messagesOf("src/engine/kernel/clock.ts", '/** Doc. */\nimport type { Plan } from "../plan.ts";\n')).toEqual([
      "2 upward import: src/engine/kernel must not know src/engine (src/engine/plan.ts); move what both need down, or pass it in",
    ]);
  });

  it.each([
    ["src/engine/monitor/window.ts", "../../scenarios/schema.ts"],
    ["src/engine/flags/percent.ts", "../stack.ts"],
    ["src/scenarios/runner.ts", "../replay/columns.ts"],
    ["src/replay/columns.ts", "../report/console.ts"],
    ["src/report/console.ts", "../cli/main.ts"],
    ["src/report/console.ts", "../index.ts"],
    ["src/tui/screen.ts", "../cli/main.ts"],
  ])("%s may not import %s, not even its types", (path, specifier) => {
    expect(messagesOf(path, `import { x } from "${specifier}";\n`)).toHaveLength(1);
    expect(messagesOf(path, `import type { X } from "${specifier}";\n`)).toHaveLength(1);
    expect(messagesOf(path, `export { x } from "${specifier}";\n`)).toHaveLength(1);
    expect(messagesOf(path, `const x = await import("${specifier}");\n`)).toHaveLength(1);
    expect(messagesOf(path, `import "${specifier}";\n`)).toHaveLength(1);
  });

  it.each([
    ["src/cli/main.ts", "../tui/screen.ts"],
    ["src/index.ts", "./engine/stack.ts"],
    ["src/engine/stack.ts", "./deployment/manager.ts"],
    ["src/engine/deployment/manager.ts", "./policy.ts"],
    ["src/engine/routing/router.ts", "../flags/bucketing.ts"],
  ])("%s may import %s", (path, specifier) => {
    expect(messagesOf(path, `import {\n  x,\n} from "${specifier}";\n`)).toEqual([]);
  });

  it("lets the parts name the shapes of a result, and no plan", () => {
    const path = "src/engine/deployment/gates.ts";
    expect(messagesOf(path, 'import type { Decision } from "../result.ts";\n')).toEqual([]);
    expect(messagesOf(path, 'import type { RehearsalPlan } from "../plan.ts";\n')).toHaveLength(1);
  });

  it("lets parts beside each other name types, and only types", () => {
    const path = "src/engine/deployment/manager.ts";
    expect(messagesOf(path, 'import type { Metric } from "../monitor/catalogue.ts";\n')).toEqual([]);
    expect(messagesOf(path, 'import { METRICS } from "../monitor/catalogue.ts";\n')).toEqual([
      "1 src/engine/deployment and src/engine/monitor stand beside each other (src/engine/monitor/catalogue.ts): use import type, and wire the two in the layer above",
    ]);
    expect(messagesOf("src/tune/search.ts", 'import { x } from "../report/console.ts";\n')).toHaveLength(1);
  });

  it("lets parts beside each other take values without circles", () => {
    const parts = ["flags", "routing", "service", "traffic", "monitor", "deployment"];
    const takesFrom = (from: string): readonly string[] =>
      parts.filter((to) => {
        const imported = `import { x } from "../${to}/x.ts";\n`;
        return to !== from && messagesOf(`src/engine/${from}/y.ts`, imported).length === 0;
      });
    const reaches = (from: string, to: string): boolean =>
      takesFrom(from).some((next) => next === to || reaches(next, to));
    expect(takesFrom("traffic")).toEqual(["flags", "service"]);
    for (const part of parts) expect(reaches(part, part), part).toBe(false);
  });

  it("claims every folder of src/", () => {
    expect(messagesOf("src/gadgets/gear.ts", "")[0]).toContain("stands in no layer");
    expect(messagesOf("src/engine/gadgets/gear.ts", "")[0]).toContain("stands in no layer");
    expect(messagesOf("src/cli/list.ts", 'import { x } from "../../test/tree.ts";\n')[0]).toContain(
      "import only from src/",
    );
  });

  it("leaves comments, strings and tests alone", () => {
    const text = '// import { x } from "../stack.ts";\nconst text = `\nimport { x } from "../stack.ts";\n`;\n';
    expect(messagesOf("src/engine/kernel/clock.ts", text)).toEqual([]);
    expect(messagesOf("src/engine/kernel/clock.test.ts", 'import { x } from "../stack.ts";\n')).toEqual([]);
  });
});
