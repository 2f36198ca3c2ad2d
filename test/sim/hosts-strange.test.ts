/**
 * What listens on a host's port and is no Veyon Server; and Veyon Servers that are slow, or never
 * stop talking.
 */
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, describe, expect, test } from "bun:test";
import type { Settings } from "../../src/config/settings-schema.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { firstDifference } from "../support/pictures.ts";
import { decodePng } from "../unit/image/decoders.ts";
import type { ApiSession } from "./support/api-client.ts";
import { startServer } from "./support/api-server.ts";
import { certificates } from "./support/certificates.ts";
import { expectError } from "./support/documented-errors.ts";
import { onceOver, paintTestPicture, start, stopAll } from "./support/fixture-host.ts";
import { loginWith } from "./support/logins.ts";
import { byteByByte, delayedBy, gateAt } from "./support/misbehaviours.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";
import { listenFor } from "./support/ports.ts";
import { until } from "./support/until.ts";

afterAll(stopAll);

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

/** Says nothing until it is asked in the way that it understands. */
const answering = (question: RegExp, answer: string) => (socket: Socket) => {
  let asked = "";
  socket.on("data", (chunk) => {
    asked += chunk.toString("latin1");
    if (question.test(asked)) socket.end(answer);
  });
};

const notFound = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

/** In the mail of a stranger nobody wants to read it: a terminal's colour, a bell, a direction. */
const loud = "\x1b[31mDebian\x07\x9b\xe2\x80\xae\r\n";

describe("what is no Veyon Server is error 8, and called by its name at once", () => {
  const says = (name: string) =>
    new RegExp(`^127\\.0\\.0\\.1:\\d+: ${name} answers, no Veyon Server$`);

  test.concurrent.each<[string, (socket: Socket) => void, RegExp]>([
    ["VNC with a password", saying("RFB 003.008\n", "\x01\x02"), says("a plain VNC server")],
    ["VNC without one", saying("RFB 003.008\n", "\x01\x01"), says("a plain VNC server")],
    ["VNC of RFB 3.3", saying("RFB 003.003\n"), says("a plain VNC server")],
    [
      "VNC that refuses",
      saying("RFB 003.008\n", `\0\0\0\0\0\0\0\x0e${loud}`),
      says("a plain VNC server"),
    ],
    ["SSH", saying(`SSH-2.0-OpenSSH_9.2p1 ${loud}`), says("an SSH server")],
    ["SMTP", saying(`220 mail.example ESMTP ${loud}`), says("a mail or FTP server")],
    ["FTP in a few words", saying("220 ok\r\n"), says("a mail or FTP server")],
    ["POP3", saying("+OK \r\n"), says("a mail server")],
    ["IMAP", saying("* OK IMAP4rev1\r\n"), says("a mail server")],
    ["Telnet", saying("\xff\xfd\x18"), says("a Telnet server")],
    ["MySQL", saying("J\0\0\0\n8.0.36\0"), says("a MySQL server")],
    ["what nobody knows", saying(loud), says("another program")],
    ["what begins like RFB", saying("RFB is not spoken here"), says("another program")],
    [
      "a web server that answers the ClientHello",
      answering(/./s, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
      says("an HTTP server"),
    ],
    [
      "a web server that closes on the ClientHello",
      (socket) =>
        void socket.once("data", (chunk) => socket.end(chunk[0] === 0x16 ? "" : notFound)),
      says("an HTTP server"),
    ],
    [
      "a web server that waits for a request, as Veyon's own",
      answering(/^(GET|HEAD) [^]*\r\n\r\n/, notFound),
      says("an HTTP server"),
    ],
    [
      "what hangs up",
      (socket) => void socket.end(),
      /closed the connection before it said a word: .*\(128 from Veyon 4.11.1 on\)/,
    ],
    [
      "what hangs up hard",
      (socket) => void socket.resetAndDestroy(),
      /closed the connection before it said a word/,
    ],
    [
      "what hangs up on the first word",
      (socket) => void socket.once("data", () => socket.destroy()),
      /no answer in time: waited for its greeting/,
    ],
    ["what says nothing", () => {}, /no answer in time: waited for its greeting/],
  ])("%s", async (_, serve, details) => {
    const port = await listenFor(serve);
    const { api } = await startServer({
      connectionAuthenticationTimeoutMs: 4000,
      veyonServerPort: port,
    });
    const answer = await api.authenticate(port);
    expectError(answer, "ConnectionTimedOut", details);
    expect(answer.text).not.toMatch(/Debian|u001b/);
    await untilNoSocketsTo(port);
  });

  test.concurrent.each<[string, TlsOptions, (socket: Socket) => void, string]>([
    ["a web server", {}, answering(/^HEAD [^]*\r\n\r\n/, notFound), "an HTTPS server"],
    ["a mail server", {}, saying("* OK IMAP4rev1\r\n"), "a mail server"],
    ["what says nothing", {}, () => {}, "a TLS server"],
    [
      "what hangs up on a request",
      {},
      (socket) => void socket.once("data", () => socket.end()),
      "a TLS server",
    ],
    ["TLS 1.2", { maxVersion: "TLSv1.2" }, () => {}, "a TLS server"],
    [
      "what wants a certificate",
      { requestCert: true, rejectUnauthorized: true },
      () => {},
      "a TLS server",
    ],
  ])("with TLS: %s", async (_, options, serve, name) => {
    const port = await listenTls(options, serve);
    const { api } = await startServer({ veyonServerPort: port });
    expectError(await api.authenticate(port), "ConnectionTimedOut", says(name));
    await untilNoSocketsTo(port);
  });

  test.concurrent("the API itself", async () => {
    const port = Number(new URL((await startServer()).url).port);
    const { api } = await startServer({ veyonServerPort: port });
    expectError(await api.authenticate(port), "ConnectionTimedOut", says("an HTTP server"));
  });

  test.concurrent("GET methods says the same", async () => {
    const port = await listenFor(saying("SSH-2.0-x\r\n"));
    const { api } = await startServer();
    const answer = await api.get(`authentication/127.0.0.1:${port}`);
    expectError(answer, "ConnectionTimedOut", says("an SSH server"));
  });

  test.concurrent(
    "a Veyon Server that is only busy is asked for no page, or survives it",
    async () => {
      const gate = gateAt("greeting");
      const host = await start({ intercept: gate.intercept });
      const { api } = await startServer({ veyonServerPort: host.port });
      const login = api.authenticate(host.port);
      // The one that waits, and the one that asks.
      await until("a question", () => host.clients.length === 2);
      gate.open();
      expect((await login).status).toBe(200);
    },
  );
});

describe("a port that is not Veyon's", () => {
  /** What comes to a port that says nothing, until the login is given up. */
  async function told(overrides: (port: number) => Partial<Settings>) {
    const heard: Buffer[] = [];
    let calls = 0;
    const port = await listenFor((socket) => {
      calls++;
      socket.on("data", (chunk: Buffer) => heard.push(chunk));
    });
    const timeouts = { connectionAuthenticationTimeoutMs: 3000 };
    const { api } = await startServer({ ...timeouts, ...overrides(port) });
    const answer = await api.authenticate(port);
    expectError(answer, "ConnectionTimedOut", /no answer in time: waited for its greeting/);
    await untilNoSocketsTo(port);
    return { heard: Buffer.concat(heard), calls, text: answer.text };
  }

  test.concurrent("and keeps silent is told nothing: a printer would print it", async () => {
    const { heard, calls, text } = await told(() => ({}));
    expect(heard).toHaveLength(0);
    expect(calls).toBe(1);
    expect(text).toContain("nothing is said first on a port that is not 11100");
  });

  test.concurrent.each<[string, (port: number) => number]>([
    ["the one of the settings", (port) => port],
    ["that of a further session", (port) => port - 99],
  ])("unlike %s, which is greeted in TLS", async (_, veyonServerPort) => {
    const { heard } = await told((port) => ({ veyonServerPort: veyonServerPort(port) }));
    expect(heard[0]).toBe(0x16);
  });

  test.concurrent("nor the port above the last session", async () => {
    const { heard } = await told((port) => ({ veyonServerPort: port - 100 }));
    expect(heard).toHaveLength(0);
  });
});

async function listenTls(options: TlsOptions, serve: (socket: Socket) => void): Promise<number> {
  const { certificate, privateKey } = certificates.both;
  const sockets = new Set<Socket>();
  const server = createTlsServer({ cert: certificate, key: privateKey, ...options }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onceOver(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

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
