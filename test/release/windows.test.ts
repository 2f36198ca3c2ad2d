/** What is for Windows cannot run here: the script is at least one that PowerShell could read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "bun:test";
import { Language, type Node, Parser } from "web-tree-sitter";
import { root } from "./support/release.ts";

const script = readFileSync(join(root, "deploy/windows/install-service.ps1"), "utf8");
const grammar = join(root, "node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm");

let parser: Parser;

beforeAll(async () => {
  await Parser.init();
  parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
});

/** The lines, from 1, where the text is none of the language's. */
function wrongLines(text: string): number[] {
  const lines: number[] = [];
  const look = (node: Node) => {
    if (node.isError || node.isMissing) lines.push(node.startPosition.row + 1);
    for (const child of node.children) if (child !== null) look(child);
  };
  look(parser.parse(text)!.rootNode);
  return lines;
}

test("the script that installs the service is PowerShell", () => {
  expect(wrongLines(script)).toEqual([]);
});

test("one with a brace too few is not", () => {
  const broken = script.replace("if ($Uninstall) {", "if ($Uninstall) ");
  expect(broken).not.toBe(script);
  expect(wrongLines(broken)).not.toEqual([]);
});
