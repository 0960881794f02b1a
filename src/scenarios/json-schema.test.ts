import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { policyJsonSchema, scenarioJsonSchema } from "./json-schema.ts";

function starter(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/starter/${name}`, import.meta.url), "utf8"));
}

describe("the JSON Schemas", () => {
  it("say which keys there are, which are needed, and what they mean", () => {
    expect(policyJsonSchema()).toMatchObject({
      title: "Policy",
      type: "object",
      required: ["policy", "phases"],
      additionalProperties: false,
      properties: { phases: { items: { required: ["name", "minDuration"] } } },
    });
    expect(scenarioJsonSchema()).toMatchObject({
      title: "Scenario",
      required: ["scenario", "policy", "traffic", "baseline", "candidate"],
      properties: { traffic: { description: expect.stringContaining("poisson") } },
    });
  });

  it("describe every key", () => {
    const undescribed: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === "properties") {
          for (const [name, property] of Object.entries(value as Record<string, object>)) {
            if (!("description" in property)) undescribed.push(`${path}.${name}`);
          }
        }
        visit(value, key === "properties" || key === "items" || key === "anyOf" ? path : `${path}.${key}`);
      }
    };
    visit(policyJsonSchema(), "policy");
    visit(scenarioJsonSchema(), "scenario");
    expect(undescribed).toEqual([]);
  });

  it("lie beside the starter's files as `rehearse schema KIND` prints them", () => {
    expect(starter("policy.schema.json")).toEqual(policyJsonSchema());
    expect(starter("scenario.schema.json")).toEqual(scenarioJsonSchema());
  });
});
