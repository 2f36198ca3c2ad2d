/**
 * What Veyon's own WebAPI was asked and what it answered, asked of ours in front of an equal host.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { firstDifference, psnr } from "../support/pictures.ts";
import { decodeWithBun } from "../unit/image/decoders.ts";
import type { ApiAnswer } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { privateKey, start, stopAll } from "./support/fixture-host.ts";
import { gateAt } from "./support/misbehaviours.ts";
import {
  type Difference,
  differences,
  type Exchange,
  referenceExchanges,
} from "./support/reference-exchanges.ts";
import { until } from "./support/until.ts";

const width = 64;
const height = 48;

/** Between two filters that scale down, in dB. */
const scaledPsnrMin = 25;
const jpegPsnrMin = 25;

for (const version of ["4.11.1", "4.7.5"]) {
  describe(`as the reference ${version}`, () => {
    const exchanges = referenceExchanges(version);
    const pictures = gateAt("framebufferUpdate");
    let host: SimHost;
    let server: ApiServer;
    let uid = "";

    beforeAll(async () => {
      host = await start({ version, width, height, intercept: pictures.intercept });
      host.screen.put(host.screen.bounds, await referenceScreen(exchanges));
      server = await startServer({ veyonServerPort: host.port });
    });
    afterAll(stopAll);

    for (const exchange of exchanges) {
      const { label } = exchange;
      const difference = differences.find(
        (one) => one.label === label && (one.version ?? version) === version,
      );
      test(difference === undefined ? label : `${label}, other: ${difference.why}`, async () => {
        const answer = await replay(exchange);
        if (difference !== undefined) expectDifference(exchange, difference, answer);
        else await expectSame(exchange, answer);
        if (label === "POST success") uid = connectionUid(answer);
        if (label === "framebuffer right after authentication") await showPicture();
      });
    }

    function replay({ request }: Exchange): Promise<ApiAnswer> {
      const fill = (text: string) =>
        text
          .replaceAll("<host:port>", `127.0.0.1:${host.port}`)
          .replaceAll("<connection-uid>", uid)
          .replaceAll(
            '"<contents of keys/fixture-private-TESTKEY.pem>"',
            JSON.stringify(privateKey),
          );
      const body = request.rawBody ?? (request.body && fill(JSON.stringify(request.body)));
      return server.api.request(request.method, fill(request.path).replace("/api/v1/", ""), {
        headers: JSON.parse(fill(JSON.stringify(request.headers))),
        ...(body !== undefined && { body }),
      });
    }

    async function showPicture(): Promise<void> {
      pictures.open();
      await until("a picture", async () => {
        return (await server.api.get("framebuffer", { uid })).status === 200;
      });
    }
  });
}

function expectDifference(
  { response }: Exchange,
  { status, text }: Difference,
  answer: ApiAnswer,
): void {
  expect(answer.status).toBe(status);
  if (text !== undefined) expect(answer.text).toBe(text);
  // A difference that is none any more does not belong into the list.
  expect([response.status, response.body.text]).not.toEqual([answer.status, answer.text]);
}

async function expectSame({ label, request, response }: Exchange, answer: ApiAnswer) {
  expect(answer.status).toBe(response.status);
  const type = response.headers.find(([name]) => name === "Content-Type")![1];
  expect(answer.contentType).toBe(type);
  const { text, base64 } = response.body;
  if (base64 !== undefined) {
    await expectSamePicture(Buffer.from(base64, "base64"), answer.bytes, type);
  } else if (label === "POST success") {
    expect(connectionUid(answer)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(Object.keys(answer.json as object)).toEqual(["connection-uid", "validUntil"]);
  } else if (request.method === "HEAD") {
    expect(answer.headers.get("Content-Length")).toBe("43");
  } else {
    expect(withoutDetails(answer.text)).toBe(text!);
  }
}

/** Ours says more about some errors. */
function withoutDetails(text: string): string {
  return text.replace(/"details":"(?:[^"\\]|\\.)*",/, "");
}

async function expectSamePicture(wanted: Uint8Array, found: Uint8Array, type: string) {
  const [theirs, ours] = [await decodeWithBun(wanted), await decodeWithBun(found)];
  expect([ours.width, ours.height]).toEqual([theirs.width, theirs.height]);
  const isScaled = theirs.width !== width || theirs.height !== height;
  if (type === "image/png" && !isScaled) {
    expect(firstDifference(ours.pixels, theirs.pixels)).toBe(-1);
  } else {
    const min = isScaled ? scaledPsnrMin : jpegPsnrMin;
    expect(psnr(ours.pixels, theirs.pixels)).toBeGreaterThan(min);
  }
}

/** What the reference's host showed. */
async function referenceScreen(exchanges: readonly Exchange[]): Promise<Uint32Array> {
  const { response } = exchanges.find(({ label }) => label === "framebuffer default")!;
  const { pixels } = await decodeWithBun(Buffer.from(response.body.base64!, "base64"));
  return pixels;
}

function connectionUid(answer: ApiAnswer): string {
  return (answer.json as Record<string, string>)["connection-uid"] ?? "";
}
