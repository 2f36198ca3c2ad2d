/**
 * A process of simulated hosts: `bun hosts.ts good|hostile|flapping COUNT SEED`. Says their ports
 * as one line of JSON when they listen, and ends with its standard input. The user is `teacher`,
 * the password `veyon`.
 *
 * - good: a classroom; the desktops move.
 * - hostile: each lets anybody in, and then sends something that is meant to stop the server, every
 *   now and then.
 * - flapping: each changes its size, falls silent, vanishes and comes back.
 */
import { startClassroomHost } from "../../src/sim/classroom/classroom-host.ts";
import { type SimHost, startSimHost } from "../../src/sim/sim-host.ts";
import { onVeyonPort } from "../../test/sim/support/veyon-port.ts";
import { between, seededRandom } from "../bench/random.ts";
import { attacks } from "./attacks.ts";

const [kind, countText, seedText] = process.argv.slice(2);
const random = seededRandom(Number(seedText));
const credentials = { accounts: { teacher: "veyon" } };
const versions = ["4.7.5", "4.11.1", "5.0"];

const names = Object.keys(attacks);

async function attack(host: SimHost): Promise<void> {
  const name = names[Math.floor(random() * names.length)];
  await host.relay("bell", attacks[name](random));
}

async function flap(host: SimHost): Promise<void> {
  const chance = random();
  if (chance < 0.6) {
    host.screen.resize(
      Math.floor(between(random, { min: 64, max: 2000 })),
      Math.floor(between(random, { min: 48, max: 1200 })),
    );
  } else if (chance < 0.8) {
    host.freeze();
    await Bun.sleep(between(random, { min: 100, max: 15_000 }));
    host.thaw();
  } else {
    await host.vanish();
    await Bun.sleep(between(random, { min: 100, max: 5000 }));
    await host.appear();
  }
}

/** Veyon 5 is looked for on Veyon's ports alone. */
function start(number: number): Promise<number> {
  const version = versions[number % versions.length];
  return version === "5.0"
    ? onVeyonPort((port) => startOn(number, { version, port }))
    : startOn(number, { version });
}

async function startOn(
  number: number,
  place: { readonly version: string; readonly port?: number },
): Promise<number> {
  const options = { ...place, credentials, name: `pc-${number}` };
  if (kind === "good") {
    return (await startClassroomHost({ ...options, width: 1280, height: 720 })).host.port;
  }
  const host = await startSimHost(options);
  const act = kind === "hostile" ? attack : flap;
  const pause = kind === "hostile" ? { min: 500, max: 5000 } : { min: 100, max: 2000 };
  const goOn = async () => {
    for (;;) {
      await Bun.sleep(between(random, pause));
      await act(host).catch(() => {});
    }
  };
  void goOn();
  return host.port;
}

const ports = await Promise.all(Array.from({ length: Number(countText) }, (_, i) => start(i)));
console.log(JSON.stringify(ports));
for await (const _ of process.stdin);
process.exit();
