/** Where a source can be changed so that a test ought to notice, and into what. */
import { type Node, parseSync, visitorKeys } from "oxc-parser";

export interface Mutation {
  /** Offsets of what is replaced, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

const operators: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "&&": "||",
  "||": "&&",
  "??": "&&",
  "===": "!==",
  "!==": "===",
  "&": "|",
  "|": "&",
  "^": "&",
  "<<": ">>>",
  ">>": "<<",
  ">>>": "<<",
  "+=": "-=",
  "-=": "+=",
  "*=": "/=",
  "/=": "*=",
  "|=": "&=",
  "&=": "|=",
  "??=": "=",
  "++": "--",
  "--": "++",
};

/** What can be left out where it stands. Declarations cannot: all that uses them would fail. */
const statements: ReadonlySet<string> = new Set([
  "ExpressionStatement",
  "ReturnStatement",
  "ThrowStatement",
  "BreakStatement",
  "ContinueStatement",
  "IfStatement",
  "ForStatement",
  "ForOfStatement",
  "WhileStatement",
]);

/** All mutations of a TypeScript source, by their place. Throws Error for what is none. */
export function findMutations(path: string, source: string): Mutation[] {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`Cannot parse ${path}: ${errors[0].message}`);
  const found: Mutation[] = [];
  visit(program, (node) => found.push(...mutationsOf(node, source)));
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

function visit(node: Node, see: (node: Node) => void): void {
  // Types are gone when the program runs.
  if (/^TS(?!AsExpression|NonNull|Satisfies)|^Import/.test(node.type)) return;
  see(node);
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Record<string, Node | (Node | null)[] | null>)[key];
    for (const each of [child].flat()) if (each) visit(each, see);
  }
}

function mutationsOf(node: Node, source: string): Mutation[] {
  const { start, end } = node;
  const into = (replacement: string): Mutation => ({ start, end, replacement });
  switch (node.type) {
    case "Literal":
      if (typeof node.value === "boolean") return [into(String(!node.value))];
      return otherNumbers(node.value).map(into);
    case "UnaryExpression":
      return node.operator === "!" ? [into(textOf(node.argument, source))] : [];
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
      return [...removed(node), ...negated(node.test, source)];
    case "BinaryExpression":
    case "LogicalExpression":
      if (node.operator === "+" && (isText(node.left) || isText(node.right))) return [];
      return operator(source, node.operator, node.left.end, node.right.start);
    case "AssignmentExpression":
      return operator(source, node.operator, node.left.end, node.right.start);
    case "UpdateExpression":
      return node.prefix
        ? operator(source, node.operator, start, node.argument.start)
        : operator(source, node.operator, node.argument.end, end);
    default:
      return removed(node);
  }
}

function removed({ type, start, end }: Node): Mutation[] {
  return statements.has(type) ? [{ start, end, replacement: ";" }] : [];
}

function negated(test: Node, source: string): Mutation[] {
  // A comparison has a mutation of its own that says the same.
  if (test.type === "BinaryExpression" || test.type === "UnaryExpression") return [];
  const replacement = `!(${textOf(test, source)})`;
  return [{ start: test.start, end: test.end, replacement }];
}

function operator(source: string, text: string, from: number, to: number): Mutation[] {
  const replacement = operators[text];
  const start = source.indexOf(text, from);
  if (replacement === undefined || start < 0 || start >= to) return [];
  return [{ start, end: start + text.length, replacement }];
}

function otherNumbers(value: unknown): string[] {
  if (typeof value === "bigint") {
    return value === 0n ? ["1n"] : [`${value * 10n}n`, `${value + 1n}n`, "0n"];
  }
  if (typeof value !== "number") return [];
  if (value === 0) return ["1"];
  const smaller = Number.isInteger(value) ? Math.floor(value / 10) : value / 10;
  const others = new Set([value * 10, smaller, value + 1, 0]);
  return [...others].map(String);
}

function isText(node: Node): boolean {
  return (
    node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string")
  );
}

function textOf({ start, end }: Node, source: string): string {
  return source.slice(start, end);
}
