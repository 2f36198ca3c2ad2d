/** What listens on a host's port and is no Veyon Server; and Veyon Servers that are slow, or never stop talking. */
import { createServer as createTlsServer } from "node:tls";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, test } from "bun:test";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { featureIds } from "../../src/sim/feature-ids.ts";
import { firstDifference } from "../support/pictures.ts";
import { decodePng } from "../unit/image/decoders.ts";
import type { ApiSession } from "./support/api-client.ts";
import { startServer } from "./support/api-server.ts";
import { certificates } from "./support/certificates.ts";
import { expectError } from "./support/documented-errors.ts";
import { onceOver, paintTestPicture, start, stopAll } from "./support/fixture-host.ts";
import { loginWith } from "./support/logins.ts";
import { byteByByte, delayedBy } from "./support/misbehaviours.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";
import { listenFor } from "./support/ports.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

const timeouts = { connectionAuthenticationTimeoutMs: 1500 };

/** Speaks first, and gives each answer as soon as anything has come. */
const saying =
  (...parts: string[]) =>
  (socket: Socket) => {
    socket.write(Buffer.from(parts[0], "latin1"));
    let next = 1;
    socket.on("data", () => {
      if (next < parts.length) socket.write(Buffer.from(parts[next++], "latin1"));
    });
  };

describe("what is no Veyon Server is error 8", () => {
  test.each<[string, (socket: Socket) => void, RegExp]>([
    ["VNC with a password", saying("RFB 003.008\n", "\x01\x02"), /security types 2, wanted 40/],
    ["VNC without one", saying("RFB 003.008\n", "\x01\x01"), /security types 1, wanted 40/],
    [
      "VNC that refuses",
      saying("RFB 003.008\n", "\0\0\0\0\x04busy"),
      /refused the connection: busy/,
    ],
    ["VNC of RFB 3.3", saying("RFB 003.003\n"), /found "RFB 003.003"/],
    ["SSH", saying("SSH-2.0-OpenSSH_9.2p1 Debian\r\n"), /found "SSH-2.0-Ope"/],
    ["mail", saying("220 mail.example ESMTP\r\n"), /Cannot read RFB version/],
    [
      "a web server",
      (socket) => void socket.once("data", () => socket.end("HTTP/1.1 400 Bad\r\n\r\n")),
      /Cannot read RFB|no answer in time/,
    ],
    ["what hangs up", (socket) => void socket.end(), /closed the connection/],
    ["what hangs up hard", (socket) => void socket.destroy(), /closed the connection|reset/i],
    ["what says nothing", () => {}, /no answer in time/],
    [
      "what hangs up on the first word",
      (socket) => void socket.once("data", () => socket.destroy()),
      /closed|no answer|reset/i,
    ],
  ])("%s", async (_, serve, details) => {
    const port = await listenFor(serve);
    const { api } = await startServer(timeouts);
    expectError(await api.authenticate(port), "ConnectionTimedOut", details);
    expectError(await api.get(`authentication/127.0.0.1:${port}`), "ConnectionTimedOut", details);
    await untilNoSocketsTo(port);
  });

  test("a web server with TLS", async () => {
    const { certificate, privateKey } = certificates.both;
    const tls = { cert: certificate, key: privateKey };
    const server = createTlsServer(tls, (socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onceOver(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expectError(await (await startServer(timeouts)).api.authenticate(port), "ConnectionTimedOut");
    await untilNoSocketsTo(port);
  });
});

describe("a slow host", () => {
  test.each([
    ["4.7.5", "AuthLogon"],
    ["4.11.1", "AuthKeys"],
    ["5.0", "AuthLDAP"],
  ] as const)(
    "of %s that writes each byte by itself is like any other",
    async (version, name) => {
      const { host: credentials, body } = loginWith[name];
      const host = await start({
        version,
        credentials,
        width: 20,
        height: 10,
        intercept: byteByByte,
      });
      paintTestPicture(host.screen);
      const session = await (await startServer()).api.logIn(host.port, body);
      const picture = await until("a picture", async () => {
        const answer = await session.get("framebuffer");
        return answer.status === 200 && answer;
      });
      expect(firstDifference(decodePng(picture.bytes).pixels, host.screen.pixels)).toBe(-1);
      expect((await session.get("user")).json).toMatchObject({ login: "vyfixture" });
      await session.start(featureIds.screenLock);
      await until("the lock", () => session.isActive(featureIds.screenLock));
    },
    10_000,
  );

  test("that greets after more than a second is not taken for Veyon 5", async () => {
    const host = await start({
      intercept: async (step, bytes) => {
        if (step === "greeting") await Bun.sleep(1300);
        return bytes;
      },
    });
    await (await startServer()).api.logIn(host.port);
  });

  test("is waited for as long as the authentication may take", async () => {
    const host = await start({ intercept: delayedBy(50) });
    await (await startServer({ connectionAuthenticationTimeoutMs: 3000 })).api.logIn(host.port);
    const hasty = await startServer({ connectionAuthenticationTimeoutMs: 120 });
    expectError(await hasty.api.authenticate(host.port), "ConnectionTimedOut", "no answer in time");
  });

  test("answers questions late: the last known is told meanwhile", async () => {
    const gate = Promise.withResolvers<void>();
    const host = await start();
    const session = await (await startServer()).api.logIn(host.port);
    expect((await session.get("user")).json).toMatchObject({ login: "vyfixture" });
    host.intercept = async (step, bytes) => {
      if (step === "featureMessage") await gate.promise;
      return bytes;
    };
    host.features.user = { login: "anna", fullName: "Anna" };
    await until("the last known", async () => {
      return ((await session.get("user")).json as { login: string }).login === "vyfixture";
    });
    gate.resolve();
    await until("the newest", async () => {
      return ((await session.get("user")).json as { login: string }).login === "anna";
    });
  });
});

describe("a host that never stops talking", () => {
  test.each([
    ["bells", "02".repeat(65536)],
    ["empty updates", "00000000".repeat(16384)],
    ["cut text", `0300000000010000${"61".repeat(65536)}`],
    ["colours", `010000000fff${"00".repeat(6 * 4095)}`],
    ["user information", ""],
  ])("of %s holds up nobody else", async (what, hex) => {
    const [loud, quiet] = [await start(), await start()];
    const { api } = await startServer();
    const [first, second] = [await api.logIn(loud.port), await api.logIn(quiet.port)];
    const bytes =
      what === "user information" ? await userInformation(loud, first) : Buffer.from(hex, "hex");
    const [connection] = loud.clients;
    let writes = 0;
    const talking = (async () => {
      for (; ; writes++) await connection.write(bytes);
    })();
    talking.catch(() => {});
    await until("talk", () => writes > 20);
    const startedMs = performance.now();
    for (let i = 0; i < 20; i++) {
      expect((await second.get("user")).json).toMatchObject({ login: "vyfixture" });
    }
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect((await first.get("session")).status).toBe(200);
    await first.close();
    await talking.catch(() => {});
    await untilNoSocketsTo(loud.port);
  });
});

/** What the host sends about its user, a hundred times. */
async function userInformation(host: SimHost, session: ApiSession): Promise<Uint8Array> {
  const sent = Promise.withResolvers<Uint8Array>();
  host.intercept = (step, bytes) => {
    if (step === "featureMessage") sent.resolve(bytes);
    return bytes;
  };
  host.features.user = { login: "anna", fullName: "Anna" };
  await until("a new user", async () => {
    return ((await session.get("user")).json as { login: string }).login === "anna";
  });
  return Buffer.concat(Array.from({ length: 1000 }).fill(await sent.promise) as Uint8Array[]);
}
