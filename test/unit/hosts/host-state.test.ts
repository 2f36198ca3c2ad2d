/** What the recorded hosts said about themselves, folded into a state. */
import { expect, test } from "bun:test";
import { HostState, statePartOf } from "../../../src/hosts/host-state.ts";
import {
  decodeFeatureMessage,
  type ReceivedFeatureMessage,
} from "../../../src/veyon/feature-message.ts";
import { decodeMessageBody } from "../../../src/veyon/message.ts";
import { transcript } from "../../support/transcript.ts";

function fold(state: HostState, message: ReceivedFeatureMessage): boolean {
  const part = statePartOf(message);
  return part !== null && state.fold(part, message);
}

/** Folds all feature messages that a host sent; `frames` are those of the recording. */
function stateAfter(file: string): HostState {
  const state = new HostState();
  for (const { from, hex } of transcript(file)) {
    if (from !== "server" || !hex.startsWith("29")) continue;
    fold(state, decodeFeatureMessage(decodeMessageBody(Uint8Array.fromHex(hex).subarray(5))));
  }
  return state;
}

const trayIcon = "8e997d84-ebb9-430f-8f72-d45d9821963d";
const textMessage = "e75ae9c8-ac17-4d00-8f0d-019348346208";
const screenLock = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79";
const pupil = { login: "vyfixture", fullName: "Fixture Pupil" };
const screen = { name: "Screen 1 \u2013 screen", x: 0, y: 0, width: 64, height: 48 };
const veyon5Screen = { ...screen, width: 800, height: 600 };
const session = {
  sessionId: 0,
  uptimeSeconds: -1,
  hostName: "vm",
  clientAddress: "",
  clientName: "",
};

const recordings: [string, Partial<HostState> & { active: string[] }][] = [
  [
    "transcripts/4.7.5-feature-queries.json",
    {
      user: { ...pupil, sessionId: 0 },
      session: null,
      active: [trayIcon],
      screens: [screen],
      applicationVersion: 7,
    },
  ],
  [
    "transcripts/4.7.5-feature-queries-no-user.json",
    {
      user: { login: "", fullName: "", sessionId: -1 },
      session: null,
      active: [trayIcon],
      screens: [screen],
      applicationVersion: null,
    },
  ],
  [
    "transcripts/4.11.1-feature-queries.json",
    {
      user: { ...pupil, sessionId: null },
      session,
      active: [trayIcon],
      screens: [screen],
      applicationVersion: 11,
    },
  ],
  [
    "transcripts/4.7.5-framebuffer-resize.json",
    {
      user: { ...pupil, sessionId: 0 },
      session: null,
      active: [trayIcon],
      screens: [{ ...screen, width: 256, height: 192 }],
      applicationVersion: null,
    },
  ],
  [
    "reference-client/webapi-4.7.5-to-server-4.7.5.json",
    {
      user: { ...pupil, sessionId: 0 },
      session: null,
      active: [textMessage, trayIcon],
      screens: [screen],
      applicationVersion: 7,
    },
  ],
  [
    "veyon5-features.json",
    {
      user: { login: "vy5user", fullName: "", sessionId: null },
      session: { ...session, uptimeSeconds: 1018 },
      active: [trayIcon],
      screens: [veyon5Screen],
      applicationVersion: 10,
    },
  ],
  [
    "veyon5-pushed-features.json",
    {
      user: { login: "vy5user", fullName: "", sessionId: null },
      session: { ...session, uptimeSeconds: 1019 },
      active: [textMessage, trayIcon],
      screens: [veyon5Screen],
      applicationVersion: null,
    },
  ],
];

test.each(recordings)("%s", (file, { active, ...rest }) => {
  const { activeFeatures, ...state } = stateAfter(file);
  expect([...activeFeatures]).toEqual(active);
  expect(state).toEqual(rest as typeof state);
});

test.each(["4.7.5", "4.11.1"])("a lock comes and goes, %s", (version) => {
  const state = new HostState();
  const seen = [state.activeFeatures.has(screenLock)];
  for (const { from, hex } of transcript(`transcripts/${version}-feature-screenlock.json`)) {
    if (from !== "server" || !hex.startsWith("29")) continue;
    fold(state, decodeFeatureMessage(decodeMessageBody(Uint8Array.fromHex(hex).subarray(5))));
    const locked = state.activeFeatures.has(screenLock);
    if (seen.at(-1) !== locked) seen.push(locked);
  }
  expect(seen).toEqual([false, true, false]);
});

test("nothing is known at first, and other messages change nothing", () => {
  const state = new HostState();
  expect(fold(state, { feature: textMessage, command: 0, arguments: new Map() })).toBeFalse();
  expect(state).toEqual(new HostState());
  expect(state).toMatchObject({
    user: null,
    session: null,
    activeFeatures: new Set(),
    screens: [],
    applicationVersion: null,
  });
});

test.each(recordings)("%s says nothing new the second time", (file) => {
  const state = stateAfter(file);
  const messages = transcript(file)
    .filter(({ from, hex }) => from === "server" && hex.startsWith("29"))
    .map(({ hex }) => decodeFeatureMessage(decodeMessageBody(Uint8Array.fromHex(hex).subarray(5))));
  // What was said last of each part is what the state holds.
  const last = new Map(messages.map((message) => [statePartOf(message), message]));
  last.delete(null);
  expect(last.size).toBeGreaterThan(0);
  for (const message of last.values()) expect(fold(state, message)).toBeFalse();
  for (const message of last.values()) {
    const isFirstNews = fold(new HostState(), message);
    // An empty set of features, or no screen, is what a new state holds as well.
    expect(isFirstNews).toBe(statePartOf(message) !== "features" || state.activeFeatures.size > 0);
  }
});
