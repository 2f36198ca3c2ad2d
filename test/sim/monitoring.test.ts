/** What those see who watch the server: /health, /ready and /metrics. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Settings } from "../../src/config/settings-schema.ts";
import { featureIds } from "../../src/veyon/feature-ids.ts";
import { fixtureLogin } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { certificates } from "./support/certificates.ts";
import { onceOver, paintTestPicture, start, stopAll } from "./support/fixture-host.ts";
import { untilShown } from "./support/framebuffer.ts";
import { readMetrics } from "./support/metrics.ts";
import { closedPort } from "./support/ports.ts";
import { until } from "./support/until.ts";

afterEach(stopAll);

async function get(server: ApiServer, path: string, method = "GET") {
  const response = await fetch(`${server.url}${path}`, {
    method,
    tls: { rejectUnauthorized: false },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function https({ certificate, privateKey }: { certificate: string; privateKey: string }) {
  const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-ready-"));
  onceOver(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    httpsEnabled: true,
    tlsCertificateFile: file("certificate.pem", certificate),
    tlsPrivateKeyFile: file("key.pem", privateKey),
  } satisfies Partial<Settings>;
}

test("GET /health answers as long as the process does, also to HEAD", async () => {
  const server = await startServer();
  const { status, headers, text } = await get(server, "/health");
  expect({ status, text }).toEqual({ status: 200, text: '{"status":"ok"}' });
  expect(headers.get("Content-Type")).toBe("application/json");
  expect(headers.get("Cache-Control")).toBe("no-store");
  expect(await get(server, "/health", "HEAD")).toMatchObject({ status: 200, text: "" });
});

describe("GET /ready", () => {
  test("is 200 while new clients can be served", async () => {
    const server = await startServer(https(certificates.both));
    const { status, text } = await get(server, "/ready");
    expect({ status, text }).toEqual({ status: 200, text: '{"status":"ready"}' });
  });

  test("is 503 while the limit of connections is reached", async () => {
    const host = await start();
    const server = await startServer({ connectionLimit: 1 });
    const session = await server.api.logIn(host.port);
    const { status, text } = await get(server, "/ready");
    expect({ status, text: JSON.parse(text) }).toEqual({
      status: 503,
      text: {
        status: "not ready",
        problems: ["the limit of connections is reached (WebAPI/ConnectionLimit)"],
      },
    });
    await session.close();
    expect((await get(server, "/ready")).status).toBe(200);
  });

  test.each([
    ["expired", "the certificate has expired (WebAPI/TlsCertificateFile)"],
    ["early", "the certificate is not valid yet (WebAPI/TlsCertificateFile)"],
  ] as const)("is 503 with a certificate that is %s", async (name, problem) => {
    const server = await startServer(https(certificates[name]));
    const { status, text } = await get(server, "/ready");
    expect({ status, text: JSON.parse(text) }).toEqual({
      status: 503,
      text: { status: "not ready", problems: [problem] },
    });
    expect((await get(server, "/health")).status).toBe(200);
  });
});

test.each([
  ["POST", "/health"],
  ["PUT", "/metrics"],
  ["GET", "/Health"],
  ["GET", "/health/"],
  ["GET", "/metrics/x"],
  ["GET", "/api/v1/health"],
  ["GET", "/readyz"],
])("%s %s is as unknown as ever", async (method, path) => {
  const answer = await get(await startServer(), path, method);
  expect(answer.status).toBe(404);
  expect(answer.headers.get("Content-Type")).toBe("text/plain");
  expect(answer.text).toBe("Invalid command or non-matching HTTP method");
});

test("what machines ask all the time is logged at level debug, unless it fails", async () => {
  const host = await start();
  const server = await startServer({ connectionLimit: 1 });
  for (const path of ["/health", "/ready", "/metrics"]) await get(server, path);
  await server.api.logIn(host.port);
  await get(server, "/ready");
  const found = server.lines.filter((line) => / path=\/(health|ready|metrics) /.test(line));
  expect(found.map((line) => / level=(\w+) .* status=(\d+)/.exec(line)!.slice(1).join())).toEqual([
    "debug,200",
    "debug,200",
    "debug,200",
    "info,503",
  ]);
});

describe("GET /metrics", () => {
  let server: ApiServer;
  let text: string;
  let uid: string;
  let metrics: ReadonlyMap<string, number>;

  /** One host that is looked at, lost, and looked at again; others that are not let in. */
  beforeAll(async () => {
    const host = await start();
    paintTestPicture(host.screen);
    server = await startServer();
    const { api } = server;
    const session = await api.logIn(host.port);
    uid = session.uid;
    await untilShown(session, host.screen);
    await session.get("framebuffer?format=jpeg");
    await session.get("framebuffer?format=jpeg");
    await session.start(featureIds.screenLock);
    await session.start("garbage");
    await session.get("user");
    await session.get("user");
    await api.get("user");
    await api.get(`nowhere/${uid}`);
    await api.get("authentication/127.0.0.1:1");
    await api.authenticate(await closedPort());
    await api.authenticate(host.port, {
      ...fixtureLogin,
      credentials: { ...fixtureLogin.credentials, keyname: "unknown-key" },
    });
    await api.authenticate(host.port, { method: "x" });
    const second = await api.logIn(host.port);
    await second.close();
    const other = await start();
    await api.logIn(other.port);
    await other.vanish();
    await server.lineWith("host lost");
    const answer = await get(server, "/metrics");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    text = answer.text;
    metrics = readMetrics(text);
  }, 20_000);
  afterAll(stopAll);

  const value = (series: string) => metrics.get(`veyon_webapi_${series}`);

  test.each<[string, number]>([
    ['method="GET",route="/api/v1/user",status="200"', 2],
    ['method="GET",route="/api/v1/user",status="401"', 1],
    ['method="PUT",route="/api/v1/feature/:uid",status="200"', 1],
    ['method="PUT",route="/api/v1/feature/:uid",status="400"', 1],
    ['method="GET",route="other",status="404"', 1],
    ['method="GET",route="/api/v1/authentication/:host",status="408"', 1],
    ['method="POST",route="/api/v1/authentication/:host",status="200"', 3],
    ['method="POST",route="/api/v1/authentication/:host",status="401"', 1],
    ['method="DELETE",route="/api/v1/authentication/:host",status="200"', 1],
  ])("counts and times requests by the pattern of their route: %s", (labels, count) => {
    const name = "http_request_duration_seconds";
    expect(value(`${name}_count{${labels}}`)).toBe(count);
    expect(value(`${name}_bucket{le="+Inf",${labels}}`)).toBe(count);
    expect(value(`${name}_sum{${labels}}`)).toBeGreaterThan(0);
  });

  test.each<[string, number]>([
    ['logins_total{method="AuthKeys",outcome="ok"}', 3],
    ['logins_total{method="AuthKeys",outcome="AuthenticationFailed"}', 1],
    ['logins_total{method="AuthKeys",outcome="ConnectionTimedOut"}', 1],
    ['logins_total{method="none",outcome="InvalidData"}', 1],
    ["connections", 2],
    ["connections_limit", 32],
    ['connections_closed_total{reason="DELETE"}', 1],
    ['connections_closed_total{reason="idle"}', 0],
    ['hosts{state="connected"}', 1],
    ['hosts{state="lost"}', 1],
    ["hosts_lost_total", 1],
    ['pictures_total{format="jpeg",source="made"}', 1],
    ['pictures_total{format="jpeg",source="cache"}', 1],
    ['picture_encode_duration_seconds_count{format="jpeg"}', 1],
  ])("has %s %i", (series, wanted) => {
    expect(value(series)).toBe(wanted);
  });

  test.each([
    "host_updates_total",
    'pictures_total{format="png",source="made"}',
    'picture_encoded_bytes_total{format="png"}',
    'picture_encode_duration_seconds_sum{format="jpeg"}',
    "picture_cache_bytes",
    "screen_memory_bytes",
  ])("has more than nothing as %s", (series) => {
    expect(value(series)).toBeGreaterThan(0);
  });

  test("counts the bytes of hosts", () => {
    expect(value("host_received_bytes_total")).toBeGreaterThan(64 * 48);
  });

  test("has what the process takes, and the versions", () => {
    expect(metrics.get("process_cpu_seconds_total")).toBeGreaterThan(0);
    expect(metrics.get("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
    expect(metrics.get("process_open_fds")).toBeGreaterThan(3);
    expect(metrics.get("process_start_time_seconds")).toBeWithin(1.7e9, Date.now() / 1000);
    expect(text).toMatch(/^veyon_webapi_build_info\{version="[\d.]+",bun="[\d.]+"\} 1$/m);
  });

  test("names no host, no user and no connection", () => {
    for (const secret of ["127.0.0.1", "localhost", "fixture", "Fixture", "unknown-key", uid]) {
      expect(text).not.toContain(secret);
    }
  });

  test.skipIf(Bun.which("promtool") === null)("is what promtool wants", async () => {
    const child = Bun.spawn(["promtool", "check", "metrics"], {
      stdin: new Blob([text]),
      stdout: "pipe",
      stderr: "pipe",
    });
    const said = (await child.stdout.text()) + (await child.stderr.text());
    expect({ exitCode: await child.exited, said }).toEqual({ exitCode: 0, said: "" });
  });
});

test("event loop delay is looked at once somebody has asked for it", async () => {
  const server = await startServer();
  const count = async () =>
    readMetrics((await get(server, "/metrics")).text).get(
      "veyon_webapi_event_loop_delay_seconds_count",
    );
  expect(await count()).toBe(0);
  await until("a look", async () => (await count())! > 0);
});

test("the certificate's end is a metric", async () => {
  const server = await startServer(https(certificates.both));
  const metrics = readMetrics((await get(server, "/metrics")).text);
  expect(metrics.get("veyon_webapi_certificate_expiry_timestamp_seconds")).toBe(
    Date.UTC(2049, 11, 31) / 1000,
  );
});

describe("the dashboard in deploy/grafana", () => {
  interface Panel {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }
  const file = resolve(import.meta.dir, "../../deploy/grafana/veyon-webapi.json");
  const { panels } = JSON.parse(readFileSync(file, "utf8")) as { panels: readonly Panel[] };
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

  test("asks for all metrics, and for none that is not there", async () => {
    const { text } = await get(await startServer(), "/metrics");
    const series = (name: string) => name.replace(/_(bucket|count|sum)$/, "");
    const there = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const asked = new Set(
      queries.flatMap((query) =>
        [...query.matchAll(/\b(?:veyon_webapi|process)_\w+/g)].map(([name]) => series(name)),
      ),
    );
    expect([...asked].filter((name) => !there.has(name))).toEqual([]);
    expect([...there].filter((name) => !asked.has(name))).toEqual(["process_start_time_seconds"]);
  });

  test.skipIf(Bun.which("promtool") === null)("has queries that Prometheus understands", () => {
    const folder = mkdtempSync(join(tmpdir(), "veyon-webapi-queries-"));
    onceOver(() => rmSync(folder, { recursive: true }));
    const rules = queries.map((query, index) => ({
      record: `query_${index}`,
      expr: query.replaceAll("$__rate_interval", "5m").replaceAll(/\$(job|instance)/g, ".*"),
    }));
    // JSON is YAML.
    writeFileSync(join(folder, "rules.yml"), JSON.stringify({ groups: [{ name: "all", rules }] }));
    const { exitCode, stdout, stderr } = Bun.spawnSync(
      ["promtool", "check", "rules", "rules.yml"],
      {
        cwd: folder,
      },
    );
    expect({ exitCode, said: `${stdout.toString()}${stderr.toString()}` }).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining(`SUCCESS: ${queries.length} rules found`),
    });
  });
});
