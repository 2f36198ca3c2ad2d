import { afterEach, describe, expect, test } from "bun:test";
import { constants, publicEncrypt, sign, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { SimHostOptions } from "../../src/sim/sim-options.ts";
import {
  connect,
  leave,
  onceOver,
  privateKey,
  publicKey,
  recordSteps,
  start,
  stopAll,
} from "./support/fixture-host.ts";
import {
  authKeysChoice,
  byteArrayVariant,
  greetAndChoose,
  greeting,
  keyFileChoice,
  message,
  RawClient,
  signIn,
  stringVariant,
} from "./support/raw-client.ts";
import { certificates, schoolAuthority } from "./support/certificates.ts";
import { fixture, transcript } from "../support/transcript.ts";

afterEach(stopAll);

/**
 * Parts of the certificate of a 5-dev host, as its DER: CA:FALSE with a path length, and the rest
 * of its extensions.
 */
const basicConstraints = "0603551d130101ff04053003020100";
const keyUsage = "0603551d0f0101ff0404030202a4";
const serverPurpose = "0603551d25040c300a06082b06010505070301";
const sha1WithRsa = "300d06092a864886f70d0101050500";

describe("greeting", () => {
  test.each([
    ["4.5.0", "0a"],
    ["4.7.5", "0a"],
    ["4.9.4", "0a"],
    ["4.10.4", "00"],
    ["4.11.1", "00"],
    ["5.0", "0a"],
  ])("of %s ends in %s", async (version, end) => {
    const client = await connect(await start({ version }));
    expect(await client.hex(12)).toBe(`524642203030332e303038${end}`);
  });

  test.each(["4.7.5", "4.10.4", "5.0"])("%s hangs when more than it arrives", async (version) => {
    const host = await start({ version });
    const steps = recordSteps(host);
    const client = await connect(host);
    client.write(`${greeting}28`);
    await client.bytes(12);
    await leave(host, client);
    expect(steps).toEqual(["accept", "greeting"]);
  });

  test("4.11.1 goes on when more than it arrives", async () => {
    const client = await connect(await start({ version: "4.11.1" }));
    client.write(`${greeting}28`);
    expect(await client.hex(12 + 2)).toBe("524642203030332e303038000128");
    expect(await client.message()).toBe("00000012000000020000000001000000020000000003");
  });

  test.each([
    ["4.7.5", "524642203030332e3030330a", "0128"],
    ["4.7.5", "524642203939392e3939390a", "0128"],
    ["4.7.5", "524642203030332e30303800", null],
    ["4.11.1", "524642203030332e3030370a", "0128"],
    ["4.11.1", "524642203030332e3030330a", null],
    ["4.11.1", "524642203030332e30303800", null],
    ["5.0", "524642203030342e3030310a", "0128"],
  ])("%s answers client version %s with %s", async (version, sent, answer) => {
    const client = await connect(await start({ version }));
    await client.bytes(12);
    client.write(sent);
    expect(answer === null ? await client.rest() : await client.hex(2)).toBe(answer ?? "");
  });
});

describe("sign in", () => {
  test.each([
    ["4.7.5", "transcripts/4.7.5-auth-keyfile-success.json"],
    ["4.11.1", "transcripts/4.11.1-auth-keyfile-success.json"],
    ["5.0", "veyon5-authkeys-success.json"],
  ])("%s with a key goes as recorded", async (version, path) => {
    const recorded = transcript(path);
    const credentials = {
      publicKeys: { fixture: publicKey, teacher5: fixture("veyon5-authkeys-teacher5.public.pem") },
      ...(version === "5.0" && { accounts: {}, ldapAccounts: {}, sharedPassword: "" }),
    };
    const host = await start({ version, credentials });
    const client = await connect(host);
    const [keyName, key] =
      version === "5.0"
        ? ["teacher5", fixture("veyon5-authkeys-teacher5.private.pem")]
        : ["fixture", privateKey];
    let challenge: Buffer = Buffer.alloc(0);
    for (const { from, hex, note } of recorded) {
      if (from === "server" && note.startsWith("challenge")) {
        const received = await client.bytes(4 + 9 + 128);
        expect(received.toString("hex", 0, 13)).toBe(hex.slice(0, 26));
        challenge = received.subarray(13);
      } else if (from === "server" && note.startsWith("ServerInit")) {
        // Size and pixel format; the screens of the recordings have names of their own.
        const size = version === "5.0" ? "00400030" : hex.slice(0, 8);
        expect(await client.hex(20)).toBe(size + hex.slice(8, 40));
      } else if (from === "server") {
        expect(await client.hex(hex.length / 2)).toBe(hex);
      } else if (note.startsWith("key name")) {
        const signature = byteArrayVariant(sign("sha512", challenge, key));
        client.write(message(stringVariant(keyName), signature));
      } else {
        client.write(hex);
      }
    }
    expect(host.clients).toHaveLength(1);
  });

  const passwords = {
    accounts: { "DOMAIN\\pupil": "Fixture-Pässw0rd", vy5user: "Pupil5-pass" },
    ldapAccounts: { ldapteacher: "Ldap5-pass" },
    sharedPassword: "Simple5-pass",
  };
  test.each([
    ["4.7.5", "reference-client/webapi-4.7.5-logon-known-key.json"],
    ["4.11.1", "reference-client/webapi-4.11.1-logon-known-key.json"],
    ["5.0", "veyon5-fake-server-authlogon.json"],
    ["5.0", "veyon5-fake-server-authldap.json"],
    ["5.0", "veyon5-fake-server-authsimple.json"],
  ])("%s takes the password of the real client in %s, and no other", async (version, path) => {
    const keyFile =
      version === "5.0"
        ? "veyon5-fake-server.private.pem"
        : "keys/fixture-logon-server-TESTKEY.pem";
    const passwordPrivateKey = fixture(keyFile);
    const replay = async (credentials: SimHostOptions["credentials"]) => {
      const withKeys = version === "5.0" ? { publicKeys: {} } : {};
      const host = await start({ version, credentials: { ...credentials, ...withKeys } });
      const client = await connect(host);
      const last = transcript(path).findIndex(({ hex }) => hex === "01");
      for (const [i, { from, hex }] of transcript(path).slice(0, last).entries()) {
        if (from === "client") client.write(hex);
        else if (i === 0) await client.bytes(12);
        else expect(await client.hex(hex.length / 2)).toBe(hex);
      }
    };
    await replay({ ...passwords, passwordPrivateKey });
    const wrong = {
      accounts: { "DOMAIN\\pupil": "x", vy5user: "x" },
      ldapAccounts: {},
      sharedPassword: "x",
    };
    await expect(replay({ ...wrong, passwordPrivateKey })).rejects.toThrow("closed: 0 of 4");
  });

  test("a key that the host makes for itself lets a password in", async () => {
    const host = await start({ credentials: { accounts: { pupil: "secret" } } });
    const client = await connect(host);
    const choice = "000000020000000004";
    await client.bytes(12);
    client.write(greeting);
    await client.bytes(2);
    client.write(`28${message(choice, stringVariant("pupil"))}`);
    await client.message();
    expect(await client.message()).toBe("00000000");
    const pem = Buffer.from((await client.message()).slice(8 + 18), "hex")
      .swap16()
      .toString("utf16le");
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const encrypted = publicEncrypt({ key: pem, padding, oaepHash: "sha1" }, Buffer.from("secret"));
    client.write(message(byteArrayVariant(encrypted)));
    expect(await client.hex(4)).toBe("00000000");
  });

  test.each([
    ["method that is not offered", "000000020000000004"],
    ["Veyon 5 method at a Veyon 4 host", authKeysChoice],
    ["QString instead of a number", stringVariant("3")],
  ])("a %s closes the connection", async (_what, choice) => {
    const client = await connect(await start());
    await greetAndChoose(client, choice);
    expect(await client.rest()).toBe("");
  });

  test.each([
    ["unknown key name", "nobody", "sha512"],
    ["key name of every object", "constructor", "sha512"],
    ["SHA-256", "fixture", "sha256"],
  ])("%s closes the connection", async (_what, keyName, hash) => {
    const client = await connect(await start());
    await greetAndChoose(client, keyFileChoice);
    await client.bytes(4);
    const challenge = (await client.bytes(4 + 9 + 128)).subarray(13);
    const signature = byteArrayVariant(sign(hash, challenge, privateKey));
    client.write(message(stringVariant(keyName), signature));
    expect(await client.rest()).toBe("");
  });

  test("a user name of 256 letters is let in, one more is not since 4.10.4", async () => {
    const results = [];
    for (const [version, letters] of [
      ["4.7.5", 257],
      ["4.11.1", 256],
      ["4.11.1", 257],
    ] as const) {
      const client = await connect(await start({ version }));
      await client.bytes(12);
      client.write(greeting);
      await client.bytes(2);
      client.write("28");
      await client.message();
      client.write(message(keyFileChoice, stringVariant("a".repeat(letters))));
      results.push(await client.hex(4).catch(() => "closed"));
    }
    expect(results).toEqual(["00000000", "00000000", "closed"]);
  });

  test("a Veyon 5 host without methods says so", async () => {
    const client = await connect(await start({ version: "5.0", credentials: {} }));
    const methods = await greetAndChoose(client, authKeysChoice);
    expect(methods).toBe("00000009000000020000000000");
    expect(await client.rest()).toBe("");
  });

  test("Veyon 5 speaks TLS 1.3 with the certificate that it was given", async () => {
    const host = await start({ version: "5.0", certificate: certificates.both });
    const socket = connectTls({
      host: "127.0.0.1",
      port: host.port,
      ca: schoolAuthority,
    });
    onceOver(() => void socket.destroy());
    await once(socket, "secureConnect");
    expect(socket.getProtocol()).toBe("TLSv1.3");
    expect(socket.authorized).toBe(true);
  });

  test("Veyon 5 makes itself the certificate that 5-dev makes", async () => {
    const host = await start({ version: "5.0", name: "vm" });
    const { socket } = await connect(host);
    const { raw } = (socket as TLSSocket).getPeerCertificate();
    const certificate = new X509Certificate(raw);
    const { subject, issuer, serialNumber, subjectAltName } = certificate;
    expect({ subject, issuer, serialNumber, subjectAltName }).toEqual({
      subject: "CN=vm",
      issuer: "CN=vm",
      serialNumber: "0",
      subjectAltName: "DNS:vm, IP Address:0.0.0.0",
    });
    expect(certificate.verify(certificate.publicKey)).toBeTrue();
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(4096);
    const bytes = raw.toString("hex");
    for (const part of [basicConstraints, keyUsage, serverPurpose, sha1WithRsa]) {
      expect(bytes).toContain(part);
    }
  });

  test("Veyon 5 keeps silent until the client speaks TLS, and closes on TLS 1.2", async () => {
    const host = await start({ version: "5.0" });
    const client = await RawClient.connect(host.port);
    await leave(host, client);
    expect(client.unread).toBe("");
    const old = connectTls({ host: "127.0.0.1", port: host.port, maxVersion: "TLSv1.2" });
    await Promise.race([once(old, "error"), once(old, "close")]);
    expect(old.authorized).toBe(false);
  });
});

describe("access control", () => {
  test.each([
    ["4.11.1", "transcripts/4.11.1-access-denied.json", 'Access denied by rule "deny-rule"'],
    ["5.0", "veyon5-access-denied.json", "Accessing user not member of an authorized user group"],
  ])("%s denies as recorded", async (version, path, reason) => {
    const host = await start({ version, access: () => reason });
    const client = await connect(host);
    await signIn(client, "fixture", privateKey, version === "5.0" ? authKeysChoice : keyFileChoice);
    const wanted = transcript(path).slice(-3);
    expect(await client.hex(24)).toBe("00".repeat(24));
    expect(await client.hex(wanted[0].hex.length / 2)).toBe(wanted[0].hex);
    expect(await client.hex(wanted[1].hex.length / 2)).toBe(wanted[1].hex);
  });

  test("4.7.5 denies by closing", async () => {
    const client = await connect(await start({ version: "4.7.5", access: () => "no" }));
    await signIn(client, "fixture", privateKey);
    expect(await client.rest()).toBe("");
  });

  test("waits for the user of the computer, who may say yes", async () => {
    const answer = Promise.withResolvers<null>();
    const asked = Promise.withResolvers<string>();
    const access = (userName: string) => {
      asked.resolve(userName);
      return answer.promise;
    };
    const client = await connect(await start({ access }));
    await signIn(client, "fixture", privateKey);
    expect(await asked.promise).toBe("fixture-client");
    expect(client.unread).toBe("");
    answer.resolve(null);
    expect(await client.hex(4)).toBe("00400030");
  });

  test.each([
    ["4.7.5", ""],
    ["4.11.1", ""],
  ])("%s closes when the user does not answer in time", async (version, rest) => {
    const access = () => new Promise<never>(() => {});
    const client = await connect(await start({ version, access, handshakeTimeoutMs: 500 }));
    await signIn(client, "fixture", privateKey);
    expect(await client.rest()).toBe(rest);
  });
});
