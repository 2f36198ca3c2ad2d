/** What a server takes over while it runs: certificates, access tokens, hosts. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { Reloader } from "../../src/cli/reload.ts";
import { parseHostList } from "../../src/access/host-list.ts";
import { NetworkList } from "../../src/access/network-list.ts";
import { OriginList } from "../../src/access/origin-list.ts";
import type { Settings } from "../../src/config/settings-schema.ts";
import { bearer, TokenFile } from "./support/access-tokens.ts";
import { ApiClient } from "./support/api-client.ts";
import { type ApiServer, startServer } from "./support/api-server.ts";
import { certificates, otherAuthority, schoolAuthority } from "./support/certificates.ts";
import { expectError } from "./support/documented-errors.ts";
import { onceOver, start, stopAll } from "./support/fixture-host.ts";
import { untilNoSocketsTo } from "./support/open-files.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-reload-"));
  onceOver(() => rmSync(folder, { recursive: true }));
});
afterEach(stopAll);

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function install({ certificate, privateKey }: { certificate: string; privateKey: string }) {
  return {
    httpsEnabled: true,
    tlsCertificateFile: write("certificate.pem", certificate),
    tlsPrivateKeyFile: write("key.pem", privateKey),
  } satisfies Partial<Settings>;
}

function reload({ settings, reloadables, log }: ApiServer, changed: Partial<Settings> = {}) {
  const load = async () => ({ ...settings, ...changed });
  return new Reloader({ settings, load, reloadables, log }).reload();
}

/** The fingerprint of the certificate that a new client is shown. */
async function shownCertificate(url: string): Promise<string> {
  const socket = connect({
    host: "127.0.0.1",
    port: Number(new URL(url).port),
    rejectUnauthorized: false,
  });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

test("a new certificate is shown to new clients, and sessions live on", async () => {
  const host = await start();
  const server = await startServer(install(certificates.both));
  const session = await server.api.logIn(host.port);
  const before = await shownCertificate(server.url);
  install(certificates.rsa);
  await reload(server);
  expect(await shownCertificate(server.url)).not.toBe(before);
  expect((await session.get("user")).status).toBe(200);
  expect(host.clients).toHaveLength(1);
  await server.lineWith("reloaded", "certificate of the API, valid until 2049-12-31");
});

test("an answer that is on its way comes, on a connection that then ends", async () => {
  const asked = Promise.withResolvers<void>();
  const decided = Promise.withResolvers<null>();
  const host = await start({
    access: () => {
      asked.resolve();
      return decided.promise;
    },
  });
  const server = await startServer(install(certificates.both));
  const login = server.api.authenticate(host.port);
  await asked.promise;
  install(certificates.rsa);
  await reload(server);
  await shownCertificate(server.url);
  decided.resolve(null);
  const answer = await login;
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Connection")).toBe("close");
});

test("the server stops with clients of all its certificates", async () => {
  const server = await startServer(install(certificates.both));
  const port = Number(new URL(server.url).port);
  const old = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(old, "secureConnect");
  old.write("GET /api/v1/us");
  install(certificates.rsa);
  await reload(server);
  const closed = once(old, "close");
  await server.stop();
  await closed;
});

test("a file that is no certificate, or not that of the key, changes nothing", async () => {
  const server = await startServer(install(certificates.both));
  const before = await shownCertificate(server.url);
  write("certificate.pem", "garbage");
  await reload(server);
  await server.lineWith("not reloaded, nothing has changed", "holds no certificate in PEM");
  write("certificate.pem", certificates.rsa.certificate);
  await reload(server);
  await server.lineWith("not reloaded, nothing has changed", "is not the key of the certificate");
  expect(await shownCertificate(server.url)).toBe(before);
});

test.each([
  ["ends in the middle", schoolAuthority.slice(0, 300)],
  ["is none", schoolAuthority.replace("\n", "\n!")],
])(
  "a chain whose second certificate %s changes nothing, and HTTPS goes on",
  async (_what, second) => {
    const server = await startServer(install(certificates.both));
    const before = await shownCertificate(server.url);
    install({ ...certificates.rsa, certificate: certificates.rsa.certificate + second });
    await reload(server);
    await server.lineWith("not reloaded, nothing has changed", "damaged or cut off");
    expect(await shownCertificate(server.url)).toBe(before);
    install({ ...certificates.rsa });
    await reload(server);
    expect(await shownCertificate(server.url)).not.toBe(before);
  },
);

test("files that are as they were cut no connection", async () => {
  const server = await startServer(install(certificates.both));
  await reload(server);
  await server.lineWith("reloaded", "changed=nothing");
});

test("without HTTPS, files of a certificate are not read", async () => {
  const server = await startServer();
  const socket = await HttpSocket.connect(server.url);
  await reload(server, { tlsCertificateFile: "/nowhere", tlsPrivateKeyFile: "/nowhere" });
  await server.lineWith("reloaded", "changed=nothing");
  socket.write(requestText("GET", "/health"));
  expect((await socket.response()).status).toBe(200);
});

test("hosts are judged by the authority that the file now holds", async () => {
  const host = await start({ version: "5.0", certificate: certificates.both });
  const caCertificateFile = write("ca.pem", otherAuthority);
  const server = await startServer({ tlsUseCertificateAuthority: true, caCertificateFile });
  expectError(await server.api.authenticate(host.port), "ConnectionTimedOut");
  write("ca.pem", schoolAuthority);
  await reload(server);
  await server.lineWith("reloaded", "authority, valid until 2049-12-31");
  expect((await server.api.authenticate(host.port)).status).toBe(200);
});

test("authorities of which one ends in the middle are not taken over in part", async () => {
  const host = await start({ version: "5.0", certificate: certificates.both });
  const caCertificateFile = write("ca.pem", schoolAuthority);
  const server = await startServer({ tlsUseCertificateAuthority: true, caCertificateFile });
  write("ca.pem", otherAuthority + schoolAuthority.slice(0, 300));
  await reload(server);
  await server.lineWith("not reloaded, nothing has changed", "damaged or cut off");
  expect((await server.api.authenticate(host.port)).status).toBe(200);
  write("ca.pem", otherAuthority + schoolAuthority);
  await reload(server);
  await server.lineWith("reloaded", "authority, valid until 2049-12-31");
  expect((await server.api.authenticate(host.port)).status).toBe(200);
});

test("a connection that waits for a login is none to a host that is judged otherwise meanwhile", async () => {
  const host = await start({ version: "5.0", certificate: certificates.both });
  const server = await startServer();
  const path = `authentication/127.0.0.1:${host.port}`;
  expect((await server.api.get(path)).status).toBe(200);
  const caCertificateFile = write("ca.pem", otherAuthority);
  await reload(server, { tlsUseCertificateAuthority: true, caCertificateFile });
  expectError(await server.api.authenticate(host.port), "ConnectionTimedOut", "certificate");
  await untilNoSocketsTo(host.port);
});

test("hosts that do not encrypt are refused from the moment that certificates are checked", async () => {
  const host = await start();
  const server = await startServer();
  expect((await server.api.authenticate(host.port)).status).toBe(200);
  const caCertificateFile = write("ca.pem", schoolAuthority);
  await reload(server, { tlsUseCertificateAuthority: true, caCertificateFile });
  const answer = await server.api.authenticate(host.port);
  expectError(answer, "ConnectionTimedOut", "TLS/UseCertificateAuthority rules out");
});

test("other hosts are allowed from then on, and what is open stays so", async () => {
  const host = await start();
  const server = await startServer({ allowedHosts: parseHostList("127.0.0.1:*") });
  const session = await server.api.logIn(host.port);
  await reload(server, { allowedHosts: parseHostList("room1-*") });
  await server.lineWith("reloaded", '"WebAPI/AllowedHosts is room1-*"');
  expectError(await server.api.authenticate(host.port), "NotAllowed", "is none of");
  expect((await session.get("user")).status).toBe(200);
  await reload(server, { allowedHosts: null });
  await server.lineWith("reloaded", '"WebAPI/AllowedHosts is empty: all hosts"');
  expect((await server.api.authenticate(host.port)).status).toBe(200);
});

test("pages, names and proxies are those of the lists as they are now", async () => {
  const server = await startServer();
  const ask = async (headers: Record<string, string>) => {
    const socket = await HttpSocket.connect(server.url);
    const own = new URL(server.url).host;
    socket.write(requestText("GET", "/api/v1/nope", { Host: own, ...headers }));
    return (await socket.response()).status;
  };
  const portal = { Origin: "https://portal.example" };
  const name = { Host: "school.example" };
  expect([await ask(portal), await ask(name)]).toEqual([403, 403]);
  await reload(server, {
    allowedOrigins: new OriginList("https://portal.example"),
    allowedHostNames: ["school.example"],
    trustedProxies: new NetworkList("127.0.0.1"),
  });
  await server.lineWith("reloaded", "AllowedOrigins is https://portal.example;", "TrustedProxies");
  expect([await ask(portal), await ask(name)]).toEqual([404, 404]);
  await ask({ "X-Forwarded-For": "10.0.0.7" });
  await server.lineWith("request", "client=10.0.0.7");
  await reload(server);
  await server.lineWith("reloaded", "AllowedOrigins is empty; WebAPI/AllowedHostNames is auto;");
  expect([await ask(portal), await ask(name)]).toEqual([403, 403]);
  expect(server.lines.filter((each) => each.includes("restart needed"))).toEqual([]);
});

test("lists with the same text need no restart", async () => {
  const server = await startServer();
  await reload(server, {
    allowedOrigins: new OriginList(server.settings.allowedOrigins.text),
    trustedProxies: new NetworkList(""),
    accessTokensFile: "/new",
  });
  await server.lineWith("reloaded", "changed=nothing");
  const line = await server.lineWith("restart needed");
  expect(line).toEndWith(" settings=WebAPI/AccessTokensFile");
});

test("access tokens are read again, and a broken file changes nothing", async () => {
  const file = new TokenFile();
  const secret = await file.create("portal");
  const server = await startServer({ accessTokensFile: file.path });
  const api = new ApiClient(server.url, bearer(secret));
  await reload(server);
  await server.lineWith("reloaded", "changed=nothing");
  writeFileSync(file.path, "{");
  await reload(server);
  await server.lineWith("not reloaded, nothing has changed", "it is no JSON");
  expect((await api.get("user")).status).toBe(401);
  expectError(await api.get("user"), "InvalidConnection");
  writeFileSync(file.path, '{"tokens":[]}');
  await reload(server);
  await server.lineWith("access tokens read", "revoked=portal");
  expectError(await api.get("user"), "AuthenticationFailed", "unknown or revoked");
});
