import { nilUuid, type Uuid } from "../../qt/uuid.ts";
import { byteArray, int, type QRect, string } from "../../qt/variant.ts";
import { argumentsObject, integer, port, text, utf8 } from "./argument-schemas.ts";
import { type Feature, type FeatureContext, startWith } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const serverUid = featureIds.demoServer;

/** Hosts of 4.10.4 and newer close on a longer one. */
const tokenBytesMax = 4096;

const token = utf8(text, tokenBytesMax)
  .describe(
    "What viewers are let in with; by default one that all connections of whoever logs in have.",
  )
  .optional();

const serverPort = port.describe("By default the one of Network/DemoServerPort.").optional();

const key = {
  token: { number: 0, name: "DemoAccessToken" },
  host: { number: 3, name: "DemoServerHost" },
  port: { number: 4, name: "DemoServerPort" },
  viewport: { number: 5, name: "Viewport" },
  vncServerPortOffset: { number: 10, name: "VncServerPortOffset" },
} as const;

const serverSchema = argumentsObject({
  demoAccessToken: token,
  demoServerPort: serverPort,
  vncServerPortOffset: integer
    .describe("Added to the port of the host's own VNC server.")
    .default(0),
});

export const demoServer: Feature = {
  uid: serverUid,
  name: "DemoServer",
  parentUid: featureIds.demo,
  start: startWith(
    serverSchema,
    (args, context) => [
      {
        feature: serverUid,
        command: 0,
        arguments: [
          [key.token, byteArray(tokenBytes(args.demoAccessToken, context))],
          [key.port, int(args.demoServerPort ?? context.demoServerPort)],
          [key.vncServerPortOffset, int(args.vncServerPortOffset)],
        ],
      },
    ],
    // What viewers are given who name no token.
    (args, context) => ({ demoToken: tokenBytes(args.demoAccessToken, context) }),
  ),
  stop: () => [{ feature: serverUid, command: 1, arguments: [] }],
};

const viewerSchema = argumentsObject({
  demoAccessToken: token,
  demoServerHost: text
    .describe("The computer that shows its screen; by default the one with this API.")
    .optional(),
  demoServerPort: serverPort,
  viewportX: integer.describe("Left edge of the part of the screen to show, in pixels.").default(0),
  viewportY: integer.describe("Upper edge of that part, in pixels.").default(0),
  viewportWidth: integer.describe("0 is the whole screen.").default(0),
  viewportHeight: integer.describe("0 is the whole screen.").default(0),
});

const viewer = (uid: Uuid, name: string): Feature => ({
  uid,
  name,
  parentUid: nilUuid,
  start: startWith(viewerSchema, (args, context) => {
    const { demoServerHost = null } = args;
    if (demoServerHost !== null) context.checkNamed(demoServerHost);
    return [
      {
        feature: uid,
        command: 2,
        arguments: [
          [key.token, byteArray(tokenBytes(args.demoAccessToken, context))],
          [key.host, string(demoServerHost)],
          [key.port, int(args.demoServerPort ?? context.demoServerPort)],
          [key.viewport, { type: "QRect", value: viewport(args) }],
        ],
      },
    ];
  }),
  stop: () => [{ feature: uid, command: 3, arguments: [] }],
});

export const fullScreenDemo = viewer(featureIds.fullScreenDemo, "FullScreenDemo");
export const windowDemo = viewer(featureIds.windowDemo, "WindowDemo");

/** A size of 0 is the null rectangle: the whole screen. */
function viewport(args: {
  viewportX: number;
  viewportY: number;
  viewportWidth: number;
  viewportHeight: number;
}): QRect {
  const { viewportX: left, viewportY: top, viewportWidth, viewportHeight } = args;
  return { left, top, right: left + viewportWidth - 1, bottom: top + viewportHeight - 1 };
}

function tokenBytes(given: string | undefined, context: FeatureContext): Uint8Array {
  return given === undefined ? context.demoToken : new TextEncoder().encode(given);
}
