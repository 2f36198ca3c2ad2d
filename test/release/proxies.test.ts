/**
 * The examples in deploy/proxy, as they are but for ports and certificate, run by the real
 * programs. Streams are sent by a server of the test: piece by piece, the next one only when the
 * last one has come through.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Subprocess } from "bun";
import { buildIfOld, RunningProgram } from "../binary/support/program.ts";
import { freePorts } from "../real/support/free-ports.ts";
import { certificates } from "../sim/support/certificates.ts";
import { onceOver, paintTestPicture, start, stopAll } from "../sim/support/fixture-host.ts";
import { until } from "../sim/support/until.ts";
import { methodUuid } from "../../src/veyon/authentication-methods.ts";
import { privateKey } from "../sim/support/fixture-host.ts";
import { root } from "./support/release.ts";
import { StreamingServer } from "./support/streaming-server.ts";

let folder: string;

beforeAll(() => {
  buildIfOld();
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-proxy-"));
  const { certificate, privateKey: key } = certificates.both;
  writeFileSync(join(folder, "veyon.example.crt"), certificate);
  writeFileSync(join(folder, "veyon.example.key"), key);
  writeFileSync(join(folder, "veyon.example.pem"), `${certificate}\n${key}`);
});
afterEach(stopAll);
afterAll(() => rmSync(folder, { recursive: true }));

interface Proxy {
  readonly file: string;
  /** Around the example, which is a part of a configuration. */
  readonly wrap: (example: string) => string;
  readonly command: (configuration: string) => string[];
}

const asItIs = (example: string) => example;

const proxies: Readonly<Record<string, Proxy>> = {
  nginx: {
    file: "nginx.conf",
    wrap: (example) => `
      daemon off; master_process off; error_log stderr; pid ${folder}/nginx.pid;
      events {}
      http {
        access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi;
        scgi_temp_path ${folder}/scgi;
        ${example}
      }`,
    command: (configuration) => ["nginx", "-p", folder, "-e", "stderr", "-c", configuration],
  },
  HAProxy: {
    file: "haproxy.cfg",
    wrap: asItIs,
    command: (configuration) => ["haproxy", "-db", "-q", "-f", configuration],
  },
  Caddy: {
    file: "Caddyfile",
    wrap: (example) => `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${example}`,
    command: (configuration) => [
      "caddy",
      "run",
      "--adapter",
      "caddyfile",
      "--config",
      configuration,
    ],
  },
};

/** Starts it in front of `upstream`; gives its port. */
async function startProxy({ file, wrap, command }: Proxy, upstream: number): Promise<number> {
  const [port] = freePorts(1);
  const example = readFileSync(join(root, "deploy/proxy", file), "utf8")
    .replace("127.0.0.1:11080", `127.0.0.1:${upstream}`)
    .replace("listen 443 ", `listen 127.0.0.1:${port} `)
    .replace("bind :443 ", `bind 127.0.0.1:${port} `)
    .replace(/^veyon\.example \{/m, `veyon.example:${port} {\n\tbind 127.0.0.1`)
    .replace(/\/etc\/\w+\/(veyon\.example\.\w+)/g, `${folder}/$1`);
  const configuration = join(folder, file);
  writeFileSync(configuration, wrap(example));
  const child = Bun.spawn(command(configuration), {
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onceOver(() => child.kill("SIGKILL"));
  await listens(child, port);
  return port;
}

async function listens(child: Subprocess<"ignore", "ignore", "pipe">, port: number): Promise<void> {
  const ended = child.exited.then(async () => {
    throw new Error(`The proxy has ended: ${await child.stderr.text()}`);
  });
  const opened = until(
    "the proxy",
    () =>
      Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } }).then(
        (socket) => {
          socket.end();
          return true;
        },
        () => false,
      ),
    15_000,
  );
  await Promise.race([opened, ended]);
}

/** By the name that the certificate and the configuration are for. */
function request(port: number, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { Host: `veyon.example:${port}`, ...(init.headers as Record<string, string>) };
  const tls = { rejectUnauthorized: false, serverName: "veyon.example" };
  return fetch(`https://127.0.0.1:${port}${path}`, { ...init, headers, tls });
}

/** As a client of another address of loopback, which says that it is somebody else. */
function askFrom(address: string, port: number, path: string): void {
  const resolve = `veyon.example:${port}:127.0.0.1`;
  const url = `https://veyon.example:${port}${path}`;
  const forged = "X-Forwarded-For: 9.9.9.9";
  Bun.spawnSync(["curl", "-sk", "--interface", address, "--resolve", resolve, "-H", forged, url]);
}

const installed = Object.entries(proxies).map(([name, proxy]) => ({
  name,
  proxy,
  isThere: Bun.which(name.toLowerCase()) !== null,
}));

describe.each(installed)("$name", ({ name, proxy, isThere }) => {
  if (!isThere) {
    test.skip(`${name} is not installed`, () => {});
    return;
  }

  test("sends streams on as they come, and leaves headers as they are", async () => {
    const server = await StreamingServer.listen();
    onceOver(() => server.close());
    const port = await startProxy(proxy, server.port);
    const answer = await request(port, "/api/v1/stream", {
      headers: {
        "Connection-Uid": "the uid",
        "If-None-Match": '"0"',
        "X-Forwarded-For": "9.9.9.9",
      },
    });
    expect(answer.headers.get("ETag")).toBe('"1"');
    expect(server.headers).toMatchObject({
      "connection-uid": "the uid",
      "if-none-match": '"0"',
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
    });
    const reader = answer.body!.getReader();
    for (const piece of ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]) {
      server.send(piece);
      const { value } = await reader.read();
      expect(new TextDecoder().decode(value)).toBe(piece);
    }
    server.end();
    expect((await reader.read()).done).toBeTrue();
  });

  test("serves the API: login, picture, errors", async () => {
    const host = await start();
    paintTestPicture(host.screen);
    const args = ["runserver", "--bind", "127.0.0.1", "--port", "0"];
    // As deploy/README.md has it.
    const settings = ["WebAPI/TrustedProxies=127.0.0.1", "WebAPI/AllowedHostNames=veyon.example"];
    const program = await RunningProgram.start("/", [
      ...args,
      ...settings.flatMap((setting) => ["--set", setting]),
    ]);
    onceOver(() => program.kill());
    const port = await startProxy(proxy, program.port);
    const login = await request(port, `/api/v1/authentication/127.0.0.1:${host.port}`, {
      method: "POST",
      body: JSON.stringify({
        method: methodUuid("AuthKeys"),
        credentials: { keyname: "fixture", keydata: privateKey },
      }),
    });
    expect(login.status).toBe(200);
    const { "connection-uid": uid } = (await login.json()) as { "connection-uid": string };
    const headers = { "Connection-Uid": uid };
    const picture = await until("a picture", async () => {
      const answer = await request(port, "/api/v1/framebuffer", { headers });
      return answer.status === 200 ? answer : (await answer.bytes(), null);
    });
    expect(picture.headers.get("Content-Type")).toBe("image/png");
    expect(Buffer.from(await picture.bytes()).toString("latin1", 1, 4)).toBe("PNG");
    const refused = await request(port, "/api/v1/user", { headers: { "Connection-Uid": "none" } });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { code: 2 } });
    askFrom("127.0.0.5", port, "/api/v1/other");
    await program.end("SIGTERM");
    const lines = (await program.stderr).split("\n").filter((line) => line.includes("/other"));
    expect(lines).toEqual([expect.stringContaining("status=404 ")]);
    expect(lines[0]).toContain(" client=127.0.0.5 ");
  });
});
