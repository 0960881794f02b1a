import { describe, expect, it } from "vitest";
import { templateOfLine } from "./json-template.ts";

describe("the template of a line", () => {
  it.each([
    ['{"a":1,"b c":"x"}', ['{"a":', ',"b c":', "}"], ["1", "x"]],
    [
      '{ "a" : [ "x", {"b":-1.5e3} ], "c":true,"d":null}',
      ['{ "a" : [ ', ', {"b":', '} ], "c":true,"d":null}'],
      ["x", "-1.5e3"],
    ],
    ['{"a":"1\\"2","b\\"":"","c":"\\\\"}', ['{"a":', ',"b\\"":', ',"c":', "}"], ['1\\"2', "", "\\\\"]],
    ['{"a"\r:\t1,"b" \t\r :"x"\r}', ['{"a"\r:\t', ',"b" \t\r :', "\r}"], ["1", "x"]],
    ["{}", ["{}"], []],
  ])("has what stands around the values of %s", (line, literals, values) => {
    const bytes = Buffer.from(`xx${line}xx`);
    const { template, starts } = templateOfLine(bytes, 2, bytes.length - 2);
    expect(template.map(String)).toEqual(literals);
    expect(starts.map((start, i) => bytes.toString("latin1", start, start + values[i]!.length))).toEqual(values);
    const whole = template.reduce((sum, one) => sum + one.length, 0);
    const quotes = values.filter((text) => !/^[-\d]+/.test(text) || text.startsWith("1\\")).length * 2;
    expect(whole + values.join("").length + quotes).toBe(line.length);
  });
});
