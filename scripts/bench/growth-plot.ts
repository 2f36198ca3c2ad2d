/**
 * The growth of memory and CPU time with the hosts held, as an SVG picture of two diagrams side by
 * side.
 */
import type { Growth } from "./growth-case.ts";
import type { HeldHosts } from "./held-hosts.ts";

const diagram = { width: 380, height: 240, left: 60, top: 40 };
const stepX = 460;
/** Of one, and the room next to it. */
const labelWidth = 16;
const colours = { ours: "#1a7f5a", reference: "#b3541e" };

type Quantity = (held: HeldHosts) => number;

export function plotGrowth(growth: Growth): string {
  const width = diagram.left + stepX + diagram.width + 20;
  const height = diagram.top + diagram.height + 50;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${plotDiagram(0, "resident memory, MB", growth, ({ residentBytes }) => residentBytes / 1e6)}
${plotDiagram(stepX, "CPU time, ms per second", growth, ({ cpuMsPerSecond }) => cpuMsPerSecond)}
</svg>
`;
}

function plotDiagram(x: number, title: string, growth: Growth, quantity: Quantity): string {
  const all = [...growth.ours, ...growth.reference];
  const hostsMax = Math.max(...all.map(({ hosts }) => hosts));
  const step = niceStep(Math.max(...all.map(quantity)) / 5);
  const valueMax = Math.ceil(Math.max(...all.map(quantity)) / step) * step;
  const placeX = (hosts: number) => (hosts / hostsMax) * diagram.width;
  const placeY = (value: number) => diagram.height - (value / valueMax) * diagram.height;
  const ticks = Array.from({ length: Math.round(valueMax / step) + 1 }, (_, i) => i * step);
  return `<g transform="translate(${diagram.left + x} ${diagram.top})">
<text y="-16" font-weight="bold">${title}</text>
${ticks.map((value) => horizontal(placeY(value), String(Number(value.toPrecision(6))))).join("\n")}
${growth.ours
  .filter(({ hosts }) => hosts === 0 || placeX(hosts) >= labelWidth)
  .map(({ hosts }) => label(placeX(hosts), String(hosts)))
  .join("\n")}
<text x="${diagram.width / 2}" y="${diagram.height + 38}" text-anchor="middle">hosts held</text>
${(["reference", "ours"] as const)
  .map((side, index) => {
    const points = growth[side].map(
      (held) => `${placeX(held.hosts).toFixed(1)},${placeY(quantity(held)).toFixed(1)}`,
    );
    const y = 4 + index * 16;
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${colours[side]}" stroke-width="2"/>
<text x="8" y="${y + 8}" fill="${colours[side]}">${side}</text>`;
  })
  .join("\n")}
</g>`;
}

function horizontal(y: number, text: string): string {
  return `<path d="M0 ${y.toFixed(1)}h${diagram.width}" stroke="#ddd"/><text x="-8" y="${(y + 4).toFixed(1)}" text-anchor="end">${text}</text>`;
}

function label(x: number, text: string): string {
  return `<text x="${x.toFixed(1)}" y="${diagram.height + 18}" text-anchor="middle">${text}</text>`;
}

/** 1, 2 or 5 times a power of ten, not below the value. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= value)!;
}
