/** HTTPS, and what keeps the server from starting. */
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { SettingsError } from "../../src/config/settings-error.ts";
import type { Settings } from "../../src/config/settings-schema.ts";
import { ListenError } from "../../src/listener/server.ts";
import { startServer } from "./support/api-server.ts";
import { certificates, rsaCertificate, schoolAuthority } from "./support/certificates.ts";
import { onceOver, paintTestPicture, start, stopAll } from "./support/fixture-host.ts";
import { untilShown } from "./support/framebuffer.ts";
import { HttpSocket, requestText } from "./support/http-socket.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-tls-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(stopAll);

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const { certificate, privateKey } = certificates.both;

function httpsSettings(certificatePem = certificate, keyPem = privateKey): Partial<Settings> {
  return {
    httpsEnabled: true,
    tlsCertificateFile: file("certificate.pem", certificatePem),
    tlsPrivateKeyFile: file("key.pem", keyPem),
  };
}

describe("HTTPS", () => {
  async function handshake(url: string, options: ConnectionOptions): Promise<TLSSocket> {
    const port = Number(new URL(url).port);
    const socket = connect({ host: "127.0.0.1", port, ca: schoolAuthority, ...options });
    onceOver(() => void socket.destroy());
    await once(socket, "secureConnect");
    return socket;
  }

  test("serves the whole API", async () => {
    const host = await start();
    paintTestPicture(host.screen);
    const server = await startServer(httpsSettings());
    expect(server.url).toStartWith("https://127.0.0.1:");
    const session = await server.api.logIn(host.port);
    expect((await session.get("user")).json).toMatchObject({ login: "vyfixture" });
    await untilShown(session, host.screen);
    expect((await session.close()).status).toBe(200);
  });

  test("is TLS 1.3, with the certificate of the settings", async () => {
    const { url } = await startServer(httpsSettings());
    const socket = await handshake(url, {});
    expect(socket.getProtocol()).toBe("TLSv1.3");
    expect(socket.authorized).toBeTrue();
  });

  test.each(["TLSv1.2", "TLSv1.1"] as const)("refuses %s", async (maxVersion) => {
    const { url } = await startServer(httpsSettings());
    const limits = { minVersion: maxVersion, maxVersion };
    await expect(handshake(url, limits)).rejects.toThrow();
    await handshake(url, {});
  });

  test("does not answer plain HTTP", async () => {
    const { url } = await startServer(httpsSettings());
    const socket = await HttpSocket.connect(url);
    socket.write(requestText("GET", "/api/v1/user"));
    await expect(socket.response()).rejects.toThrow("closed");
  });

  describe("a connection on which no TLS comes about has a line that says", () => {
    const notTls = "does not speak TLS 1.3: plain HTTP on the HTTPS port";
    const leaves = "it does not trust the certificate";

    test("plain HTTP", async () => {
      const server = await startServer(httpsSettings());
      const socket = await HttpSocket.connect(server.url);
      socket.write(requestText("GET", "/api/v1/user"));
      await socket.closed;
      const line = await server.lineWith("TLS handshake failed");
      expect(line).toContain(" level=warn ");
      expect(line).toContain(" client=127.0.0.1 ");
      expect(line).toContain(notTls);
    });

    test("an older TLS", async () => {
      const server = await startServer(httpsSettings());
      const limits = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
      await expect(handshake(server.url, limits)).rejects.toThrow();
      await server.lineWith("TLS handshake failed", "client=127.0.0.1", "an older version of TLS");
    });

    test("a client that does not know the authority", async () => {
      const server = await startServer(httpsSettings());
      await expect(handshake(server.url, { ca: [] })).rejects.toThrow();
      await server.lineWith("TLS handshake failed", "client=127.0.0.1", leaves);
    });

    test("and only ten in a minute", async () => {
      const server = await startServer(httpsSettings());
      for (let i = 0; i < 15; i++) {
        const socket = await HttpSocket.connect(server.url);
        socket.write("noise".repeat(20));
        await socket.closed;
      }
      await server.stop();
      const lines = server.lines.filter((line) => line.includes("TLS handshake failed"));
      expect(lines).toHaveLength(11);
      expect(lines[10]).toEndWith('event="TLS handshake failed" omitted=5');
    });

    test("and none of those that went well", async () => {
      const server = await startServer(httpsSettings());
      const socket = await handshake(server.url, {});
      socket.end();
      await once(socket, "close");
      expect((await server.api.get("user")).status).toBe(401);
      await server.stop();
      expect(server.lines.filter((line) => line.includes("TLS handshake failed"))).toEqual([]);
    });
  });

  test("takes a certificate with its chain, and keys of every form", async () => {
    const sec1 = createPrivateKey(privateKey).export({ type: "sec1", format: "pem" });
    const pkcs1 = createPrivateKey(certificates.rsa.privateKey).export({
      type: "pkcs1",
      format: "pem",
    });
    for (const settings of [
      httpsSettings(certificate + schoolAuthority),
      httpsSettings(certificate, String(sec1)),
      httpsSettings(certificates.rsa.certificate, certificates.rsa.privateKey),
      httpsSettings(certificates.rsa.certificate, String(pkcs1)),
    ]) {
      const { url } = await startServer(settings);
      expect((await handshake(url, {})).authorized).toBeTrue();
    }
  });
});

describe("is an error at start", () => {
  const { privateKey: otherKey } = certificates.name;
  const encryptedKey = createPrivateKey(privateKey).export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "x",
  });

  function shortKeySettings(bits: number): Partial<Settings> {
    const short = rsaCertificate(bits);
    return httpsSettings(short.certificate, short.privateKey);
  }

  test.each<[string, () => Partial<Settings>, RegExp]>([
    [
      "a missing certificate",
      () => ({ ...httpsSettings(), tlsCertificateFile: join(folder, "none.pem") }),
      /WebAPI\/TlsCertificateFile.*none\.pem/,
    ],
    [
      "a missing key",
      () => ({ ...httpsSettings(), tlsPrivateKeyFile: join(folder, "none.pem") }),
      /WebAPI\/TlsPrivateKeyFile.*none\.pem/,
    ],
    [
      "a folder for the key",
      () => ({ ...httpsSettings(), tlsPrivateKeyFile: folder }),
      /TlsPrivateKeyFile/,
    ],
    [
      "a certificate that is none",
      () => httpsSettings("garbage"),
      /TlsCertificateFile.*no certificate/,
    ],
    ["an empty certificate", () => httpsSettings(""), /TlsCertificateFile.*no certificate/],
    [
      "a key that is none",
      () => httpsSettings(certificate, "garbage"),
      /TlsPrivateKeyFile.*no private key/,
    ],
    [
      "a key in the certificate's place",
      () => httpsSettings(privateKey),
      /TlsCertificateFile.*no certificate/,
    ],
    [
      "a certificate in the key's place",
      () => httpsSettings(certificate, certificate),
      /TlsPrivateKeyFile.*no private key/,
    ],
    [
      "the key of another certificate",
      () => httpsSettings(certificate, otherKey),
      /TlsPrivateKeyFile.*is not the key of/,
    ],
    [
      "an RSA key of 512 bits",
      () => shortKeySettings(512),
      /TlsCertificateFile.*certificate\.pem has 512 bits, wanted at least 2048$/,
    ],
    [
      "an RSA key of 1024 bits",
      () => shortKeySettings(1024),
      /has 1024 bits, wanted at least 2048$/,
    ],
    [
      "an encrypted key",
      () => httpsSettings(certificate, String(encryptedKey)),
      /TlsPrivateKeyFile.*without a password/,
    ],
  ])("%s", async (_, settings, message) => {
    const found = await errorOf(() => startServer(settings()));
    expect(found).toBeInstanceOf(SettingsError);
    expect(found.message).toMatch(message);
    expect(found.message).not.toContain("PRIVATE KEY");
  });

  async function errorOf(act: () => Promise<unknown>): Promise<Error> {
    try {
      await act();
    } catch (error) {
      return error as Error;
    }
    throw new Error("no error");
  }

  describe("a port", () => {
    let port: number;
    beforeEach(async () => {
      port = Number(new URL((await startServer()).url).port);
    });

    test.each(["127.0.0.1", "0.0.0.0", "::"])(
      "that a first server has, for %s",
      async (address) => {
        const first = await startServer({ bindAddress: address });
        port = Number(new URL(first.url).port);
        const second = { bindAddress: address, httpServerPort: port };
        const error = await errorOf(() => startServer(second));
        expect(error).toBeInstanceOf(ListenError);
        expect(error.message).toBe(
          `Cannot listen on ${address} port ${port}: the port is in use, perhaps by another WebAPI server`,
        );
        // The first one goes on, and its port is free after its end.
        expect((await first.api.get("user")).status).toBe(401);
        await first.stop();
        await startServer(second);
      },
    );

    test("of an address that this computer does not have", async () => {
      const error = await errorOf(() =>
        startServer({ bindAddress: "203.0.113.1", httpServerPort: port }),
      );
      expect(error).toBeInstanceOf(ListenError);
      expect(error.message).toContain("this computer has no such address");
    });
  });
});
