/** What a client of the API can send: bodies, addresses, queries. None of it is our fault (500). */
import type { Authenticator, LoginRequest } from "../../../src/connect/authenticator.ts";
import { parseHostAddress } from "../../../src/connect/host-address.ts";
import { HostError } from "../../../src/connect/host-error.ts";
import { features } from "../../../src/hosts/features/table.ts";
import { ApiError } from "../../../src/http/errors.ts";
import { decodeJsonBody } from "../../../src/http/v1/json-body.ts";
import { queryParameters } from "../../../src/http/v1/query.ts";
import { readFps, readView } from "../../../src/http/v1/view-query.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { decodeFeatureMessage } from "../../../src/veyon/feature-message.ts";
import { decodeMessageBody } from "../../../src/veyon/message.ts";
import { createApi } from "../../unit/http/api.ts";
import { fixture } from "../transcript.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const log = createLogger({ level: "error", sink: () => {} });

/** Asks a host that offers whatever method is asked for, and lets nobody in. */
const authenticator = {
  admit: async ({ method, credentials }: LoginRequest) => {
    if (method !== null) await credentials(method);
    throw new HostError("credentials-refused", "no");
  },
} as unknown as Authenticator;

type Send = (api: ReturnType<typeof createApi>) => Response | Promise<Response>;

/** Throws RangeError unless the answer is right in form, whatever it says. */
async function ask(send: Send): Promise<void> {
  const api = createApi({ authenticator, log, look: async () => null });
  try {
    const response = await send(api);
    const text = await response.text();
    if (response.status >= 500 && response.status !== 503) {
      throw new RangeError(`status ${response.status}: ${text}`);
    }
    for (const sent of api.session.sent) {
      // Behind the message type and the length. A host has the same limits as we.
      decodeFeatureMessage(decodeMessageBody(Uint8Array.fromHex(sent).subarray(5)));
    }
  } finally {
    api.close();
  }
}

const featureBodies = [
  { active: true },
  { active: "1", arguments: null },
  { active: true, arguments: { applications: ["notepad", "calc"], text: "Lesson ends", icon: 1 } },
  { active: true, arguments: { websiteUrls: ["https://school.example/"] } },
  { active: true, arguments: { demoServerHost: "10.0.0.1", demoServerPort: 11400, viewport: {} } },
  { active: true, arguments: { demoAccessToken: "AAECAw==", username: "pupil", password: "x" } },
].map((body) => JSON.stringify(body));

const loginBodies = [
  {
    method: "0c69b301-81b4-42d6-8fae-128cdd113314",
    credentials: { keyname: "fixture", keydata: fixture("keys/fixture-private-TESTKEY.pem") },
  },
  {
    method: "{63611f7c-b457-42c7-832e-67d0f9281085}",
    credentials: { username: "teacher", password: "pässword" },
  },
  { method: "73430b14-ef69-4c75-a145-ba635d1cc676", credentials: { password: "x" } },
].map((body) => JSON.stringify(body));

const jsonTexts = [
  '{"a":"\\q\n\t\\u0041","b":[1,2.5e3,true,null,{"c":{}}]}',
  "\ufeff{}",
  "[[[]]]",
  "",
];

const addresses = [
  "pc-07",
  "pc-07:11100",
  "192.168.0.7:1",
  "[fe80::1]:11100",
  "fe80::1:11100",
  "::ffff:10.0.0.1",
  "user:secret@pc-07",
  "schülerin.example:65535",
];

const queries = [
  "?format=jpeg&quality=75&width=200&height=150&compression=9",
  "?screen=2&format=png&width=%2B7&fps=0.5",
  "?a=%zz&b=%C3%A4&=&&format=jpg#end",
];

/** One for each byte, and for as many as there are. */
function featureUid(byte = 0): string {
  return features[byte % features.length].uid;
}

export const clientTargets: readonly FuzzTarget[] = [
  {
    name: "json",
    seeds: [...featureBodies, ...jsonTexts].map(encode),
    run: (input) => void decodeJsonBody(input),
    refusals: [],
  },
  {
    name: "feature",
    // The feature, and the body.
    seeds: [
      ...featureBodies.map((body, index) => Uint8Array.from([index, ...encode(body)])),
      ...features.map((_, index) => Uint8Array.from([index, ...encode(featureBodies[0])])),
    ],
    run: ([first, ...body]) =>
      ask(({ app, uid }) =>
        app.request(`/api/v1/feature/${featureUid(first)}`, {
          method: "PUT",
          headers: { "Connection-Uid": uid },
          body: Uint8Array.from(body),
        }),
      ),
    refusals: [],
  },
  {
    name: "login",
    seeds: loginBodies.map(encode),
    run: (input) =>
      ask(({ app }) =>
        app.request("/api/v1/authentication/pc-07", {
          method: "POST",
          body: Uint8Array.from(input),
        }),
      ),
    refusals: [],
  },
  {
    name: "address",
    seeds: addresses.map(encode),
    run: (input) => {
      // Whatever bytes there are, and as UTF-8.
      for (const text of [decode(input), new TextDecoder().decode(input)]) {
        const { host, port } = parseHostAddress(text, 11100);
        if (host === "" || port < 1 || port > 65535) throw new RangeError(`${host} ${port}`);
      }
    },
    refusals: [HostError],
  },
  {
    name: "query",
    seeds: queries.map(encode),
    run: (input) => {
      const url = `http://127.0.0.1/api/v1/framebuffer${decode(input)}`;
      queryParameters(url);
      const fps = readFps(url);
      if (!(fps > 0 && fps <= 30)) throw new RangeError(`${fps} pictures a second`);
      const { compression, quality, width, height } = readView(url, "png");
      const sizes = [width ?? 1, height ?? 1];
      if (compression > 9 || quality > 100 || sizes.some((size) => !(size > 0))) {
        throw new RangeError(JSON.stringify({ compression, quality, sizes }));
      }
    },
    refusals: [ApiError],
  },
  {
    name: "path",
    seeds: [
      "authentication/pc-07",
      "feature/{9c3ac0ec-2ae7-4bb7-a3b7-6d5ac5d5a2ea}",
      "framebuffer?width=10",
      "hoststate/pc-07%3A11100",
      "user/..%2fsession",
    ].map(encode),
    run: (input) =>
      ask(({ request }) => {
        // An HTTP parser lets no control characters and no blanks through.
        const path = decode(input).replace(/[^\x21-\x7e]/g, encodeURIComponent);
        return request("PUT", path, "{}");
      }),
    refusals: [],
  },
];
