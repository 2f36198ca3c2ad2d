import { distance } from "fastest-levenshtein";

/** The end of an error about an unknown name: the right one, if one is near, or all of them. */
export function suggestion(found: string, names: readonly string[]): string {
  const nearest = nearestName(found, names);
  return nearest === null ? `wanted ${names.join(", ")}` : `did you mean ${nearest}?`;
}

/** Letters that differ, are missing or too many: two, or one in five of a long name. */
function differencesMax(name: string): number {
  return Math.max(2, Math.floor(name.length / 5));
}

/** Shorter ones are in many names by chance. */
const partLengthMin = 4;

function nearestName(found: string, names: readonly string[]): string | null {
  const lower = found.toLowerCase();
  const ranked = names
    .map((name) => ({ name, differences: distance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.differences - b.differences);
  const best = ranked[0];
  if (best !== undefined && best.differences <= differencesMax(best.name)) return best.name;
  if (lower.length < partLengthMin) return null;
  return ranked.find(({ name }) => name.toLowerCase().includes(lower))?.name ?? null;
}
