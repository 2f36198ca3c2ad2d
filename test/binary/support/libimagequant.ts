import { readFileSync } from "node:fs";

/**
 * Where a file has the names that libimagequant (GPL) leaves in what it is linked into. It is in
 * imagescript's native addon for every platform, so no such addon may be in the program.
 */
export function libimagequantNames(path: string): readonly string[] {
  const bytes = readFileSync(path);
  return ["liq_", "LIQ_"].filter((name) => bytes.includes(name));
}
