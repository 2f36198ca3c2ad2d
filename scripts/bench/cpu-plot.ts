/**
 * CPU time of ours divided by the reference's, for each piece of work, as an SVG picture: a bar for
 * each situation.
 */
import { type Figure, ratio } from "./figure.ts";
import { situations } from "./situations.ts";

const left = 260;
const top = 60;
const plotWidth = 520;
const bar = { height: 8, gap: 1 };
const groupGap = 12;
/** Of the axis; longer bars end there, with their figure. */
const ratioMax = 1.5;
/** Green on loopback and blue on a network; pale when cold. */
const colours = ["#1a7f5a", "#8fc7b0", "#1f5fa8", "#93b8e0", "#7a5ba8", "#bfaedb"];

export function plotCpu(figures: readonly Figure[]): string {
  const cpu = figures.filter(
    ({ quantity, otherName, situation, other }) =>
      quantity === "CPU" && otherName === "reference" && situation !== null && other !== null,
  );
  const shown = situations
    .map(({ name }, index) => ({ name, colour: colours[index] }))
    .filter(({ name }) => cpu.some(({ situation }) => situation === name));
  const works = [...Map.groupBy(cpu, ({ work }) => work)];
  const groupHeight = shown.length * (bar.height + bar.gap) + groupGap;
  const [width, height] = [left + plotWidth + 60, top + works.length * groupHeight + 30];
  const x = (value: number) => left + (Math.min(value, ratioMax) / ratioMax) * plotWidth;
  const bottom = height - 30;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="12" y="20" font-weight="bold">CPU time of a picture; 1 is what Veyon's own server takes</text>
${shown
  .map(
    ({ name, colour }, index) =>
      `<rect x="${12 + index * 130}" y="32" width="12" height="12" fill="${colour}"/><text x="${30 + index * 130}" y="42">${name}</text>`,
  )
  .join("\n")}
${[0, 0.5, 1, 1.5]
  .map(
    (value) =>
      `<path d="M${x(value)} ${top - 6}V${bottom}" stroke="${value === 1 ? "#b3541e" : "#ddd"}"/><text x="${x(value)}" y="${bottom + 18}" text-anchor="middle">${value}</text>`,
  )
  .join("\n")}
${works
  .map(([work, group], index) => {
    const y = top + index * groupHeight;
    const label = `<text x="${left - 8}" y="${y + (groupHeight - groupGap) / 2 + 4}" text-anchor="end">${work}</text>`;
    const bars = shown.map(({ name, colour }, place) => {
      const found = group.find(({ situation }) => situation === name);
      const value = found === undefined ? null : ratio(found);
      if (value === null) return "";
      const barY = y + place * (bar.height + bar.gap);
      return `<rect x="${left}" y="${barY}" width="${(x(value) - left).toFixed(1)}" height="${bar.height}" fill="${colour}"/><text x="${(x(value) + 4).toFixed(1)}" y="${barY + bar.height}" font-size="9">${value.toFixed(2)}</text>`;
    });
    return [label, ...bars].join("\n");
  })
  .join("\n")}
</svg>
`;
}
