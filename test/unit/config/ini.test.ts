import { describe, expect, test } from "bun:test";
import { decodeIni, decodeIniValue } from "../../../src/config/ini.ts";

describe("decodeIni", () => {
  test("gives group and name of each assignment, in order", () => {
    const text =
      "first=1\n[WebAPI]\nHttpServerPort=11080\n Spaced = x \n\n[Network]\nVeyonServerPort=a=b\n";
    expect(decodeIni(text)).toEqual([
      { key: "first", written: "1" },
      { key: "WebAPI/HttpServerPort", written: "11080" },
      { key: "WebAPI/Spaced", written: " x" },
      { key: "Network/VeyonServerPort", written: "a=b" },
    ]);
  });

  test("knows comments, line ends of Windows and names without a value", () => {
    const text = "; comment\r\n# comment\r\n[WebAPI]\r\nHttpServerPort=1\r\nrubbish\r\n";
    expect(decodeIni(text)).toEqual([
      { key: "WebAPI/HttpServerPort", written: "1" },
      { key: "WebAPI/rubbish", written: "" },
    ]);
  });
});

describe("decodeIniValue", () => {
  test.each([
    ["", ""],
    ["11080", "11080"],
    ["  11080   ; a comment", "11080"],
    ['"quoted"', "quoted"],
    ['  "quoted"  ; a comment', "quoted"],
    ['" lead trail "', " lead trail "],
    ['"a; b, c"', "a; b, c"],
    ['"say \\"hi\\""', 'say "hi"'],
    ["C:\\\\certs\\\\x.pem", "C:\\certs\\x.pem"],
    ["a\\;b", "a;b"],
    ["line\\none", "line\none"],
    ["Gr\\xfc\\xdf\\x65", "Grüße"],
    ["\\xd83d\\xde00", "😀"],
    ["Grüße 😀", "Grüße 😀"],
    ["a\\\\x41", "a\\x41"],
    ["@@home", "@home"],
    ["100%/a, b", "100%/a, b"],
  ])("%s", (written, text) => {
    expect(decodeIniValue(written)).toBe(text);
  });

  test("@Invalid() is no value", () => {
    expect(decodeIniValue("@Invalid()")).toBeNull();
  });

  test.each(['"open', 'a "b" c', '"a" "b"', "end\\"])("refuses %s", (written) => {
    expect(() => decodeIniValue(written)).toThrow("wanted text without quotes");
  });

  test.each([
    ["C:\\certs", "unknown escape \\c, wanted \\\\ for a backslash"],
    ["\\xzz", "unknown escape \\x, wanted \\\\ for a backslash"],
  ])("refuses %s", (written, message) => {
    expect(() => decodeIniValue(written)).toThrow(message);
  });
});
