/** The host of the transcripts, and clients that have got as far as a test needs. */
import { expect } from "bun:test";
import { featureIds } from "../../../src/veyon/feature-ids.ts";
import { type SimHost, startSimHost } from "../../../src/sim/sim-host.ts";
import type { SimHostOptions, Step } from "../../../src/sim/sim-options.ts";
import type { SimScreen } from "../../../src/sim/sim-screen.ts";
import { decodeFeatureMessage } from "../../../src/veyon/feature-message.ts";
import { decodeMessageBody } from "../../../src/veyon/message.ts";
import { authKeysChoice, hex32, keyFileChoice, message, RawClient, signIn } from "./raw-client.ts";
import { onVeyonPort } from "./veyon-port.ts";
import { fixture } from "../../support/transcript.ts";

export const publicKey = fixture("keys/fixture-public-TESTKEY.pem");
export const privateKey = fixture("keys/fixture-private-TESTKEY.pem");

const stops: (() => Promise<void> | void)[] = [];

/** To be undone when the test is over. */
export function onceOver(stop: () => Promise<void> | void): void {
  stops.push(stop);
}

/** For `afterEach` of every test file: what came last goes first. */
export async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

/** The host of the transcripts. One with Veyon 5 is looked for on Veyon's ports alone. */
export async function start(options: SimHostOptions = {}): Promise<SimHost> {
  const host =
    options.version === "5.0" && options.port === undefined
      ? await onVeyonPort((port) => startOn({ ...options, port }))
      : await startOn(options);
  onceOver(() => host.stop());
  return host;
}

function startOn(options: SimHostOptions): Promise<SimHost> {
  return startSimHost({
    name: "vm",
    width: 64,
    height: 48,
    credentials: { publicKeys: { fixture: publicKey } },
    user: { login: "vyfixture", fullName: "Fixture Pupil" },
    ...options,
  });
}

export async function connect(host: SimHost): Promise<RawClient> {
  const client = host.traits.veyon5
    ? await RawClient.connectTls(host.port)
    : await RawClient.connect(host.port);
  onceOver(() => client.close());
  return client;
}

/** A client that has been let in; ServerInit is read, and what a 4.11.1 host pushes after it. */
export async function enter(host: SimHost): Promise<RawClient> {
  const client = await connect(host);
  const choice = host.traits.veyon5 ? authKeysChoice : keyFileChoice;
  await signIn(client, "fixture", privateKey, choice);
  await client.bytes(24 + "vm:0".length);
  if (host.traits.hardened) for (let i = 0; i < 4; i++) await client.featureMessage();
  return client;
}

/** The steps that the host takes, in order. */
export function recordSteps(host: SimHost): Step[] {
  const steps: Step[] = [];
  host.intercept = (step, bytes) => {
    steps.push(step);
    return bytes;
  };
  return steps;
}

/** After the client has left and the host has noticed. */
export async function leave(host: SimHost, client: RawClient): Promise<void> {
  const gone = Promise.all(host.clients.map((connection) => connection.closed));
  client.socket.end();
  await gone;
}

/** A feature message without arguments. */
export function featureMessage(feature: string, command = 0, map = "000000080000000000"): string {
  const uuid = `0000001e00${feature.replaceAll("-", "")}`;
  return `29${message(uuid, `0000000200${hex32(command)}`, map)}`;
}

/** The feature of the next feature message. */
export async function nextFeature(client: RawClient): Promise<string> {
  return decodeFeatureMessage(decodeMessageBody(await client.featureMessage())).feature;
}

export async function activeFeatures(client: RawClient): Promise<readonly string[]> {
  client.write(featureMessage(featureIds.queryActiveFeatures));
  const answer = decodeFeatureMessage(decodeMessageBody(await client.featureMessage()));
  expect(answer.feature).toBe(featureIds.queryActiveFeatures);
  const list = answer.arguments.get("0");
  return list?.type === "QStringList" ? list.value : [];
}

/** Few and many colours, runs and noise, so that every form of a tile occurs. */
export function paintTestPicture(screen: SimScreen): void {
  const { width, height } = screen;
  const pixels = new Uint32Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const x = i % width;
    const y = Math.floor(i / width);
    if (x >= 128) pixels[i] = 0x00ff00;
    else if (y < 10) pixels[i] = (x % 3) * 0x112233;
    else if (x < 64) pixels[i] = (Math.floor(i / 9) * 0x010203) & 0xffffff;
    else pixels[i] = (i * 2654435761) & 0xffffff;
  }
  screen.put(screen.bounds, pixels);
}
