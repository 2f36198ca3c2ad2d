import { describe, expect, test } from "bun:test";
import { decodeIni, decodeIniValue } from "../../../src/config/ini.ts";

describe("decodeIni", () => {
  test("gives group and name of each assignment, in order", () => {
    const text =
      "first=1\n[WebAPI]\nHttpServerPort=11080\n Spaced = x \n\n[Network]\nVeyonServerPort=a=b\n";
    expect(decodeIni(text).entries).toEqual([
      { key: "first", written: "1" },
      { key: "WebAPI/HttpServerPort", written: "11080" },
      { key: "WebAPI/Spaced", written: " x" },
      { key: "Network/VeyonServerPort", written: "a=b" },
    ]);
  });

  test("knows comments, line ends of Windows and names without a value", () => {
    const text = "; comment\r\n# comment\r\n[WebAPI]\r\nHttpServerPort=1\r\nrubbish\r\n";
    expect(decodeIni(text).entries).toEqual([
      { key: "WebAPI/HttpServerPort", written: "1" },
      { key: "WebAPI/rubbish", written: "" },
    ]);
  });
});

describe("decodeIni finds groups", () => {
  test.each([
    ["[WebAPI] ; with a remark\nA=1", "WebAPI/A"],
    ["[WebAPI\nA=1", "WebAPI/A"],
    ["  [ WebAPI ]\nA=1", "WebAPI/A"],
    ["[Network]\n[WebAPI]\rA=1", "WebAPI/A"],
    ["[General]\nWebAPI\\A=1", "WebAPI/A"],
  ])("as Qt does: %j", (text, key) => {
    expect(decodeIni(text).entries).toEqual([{ key, written: "1" }]);
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
    expect(decodeIniValue(written)).toEqual({ text, fault: null });
  });

  test("@Invalid() is no value", () => {
    expect(decodeIniValue("@Invalid()").text).toBeNull();
  });

  test.each([
    ['"open', "open"],
    ['a "b" c', "a b c"],
    ['"a" "b"', "a b"],
    ["end\\", "end\\"],
  ])("has a fault, and is read all the same: %s", (written, text) => {
    const fault = "wanted text without quotes, or all of it in one pair";
    expect(decodeIniValue(written)).toEqual({ text, fault });
  });

  test.each([
    ["C:\\certs", "C:\\certs", "unknown escape \\c, wanted \\\\ for a backslash"],
    ["\\xzz", "\\xzz", "unknown escape \\x, wanted \\\\ for a backslash"],
  ])("keeps an unknown escape, which is a fault: %s", (written, text, fault) => {
    expect(decodeIniValue(written)).toEqual({ text, fault });
  });
});
