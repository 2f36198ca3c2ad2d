/**
 * What dist/veyon-webapi does beside serving the API: the demo with its page, and the check of a
 * host.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { decodeWithBun } from "../unit/image/decoders.ts";
import type { Room } from "../../src/page/room.ts";
import { veyon5Certificate } from "../../src/sim/certificates/sim-certificate.ts";
import { ApiClient } from "../sim/support/api-client.ts";
import {
  onceOver,
  paintTestPicture,
  privateKey,
  publicKey,
  start,
  stopAll,
} from "../sim/support/fixture-host.ts";
import { picture, shows, untilPicture } from "../sim/support/framebuffer.ts";
import { closedPort } from "../sim/support/ports.ts";
import { authKeysChoice } from "../sim/support/raw-client.ts";
import { until } from "../sim/support/until.ts";
import { buildIfOld, EmptyDirectory, RunningProgram, runProgram } from "./support/program.ts";

let directory: EmptyDirectory;
let folder: string;

beforeAll(() => {
  buildIfOld();
  directory = new EmptyDirectory();
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-files-"));
});
afterEach(stopAll);
afterAll(() => {
  expect(directory.files).toEqual([]);
  directory.remove();
  rmSync(folder, { recursive: true });
});

test("demo shows a classroom: page, hosts, moving pictures", async () => {
  const program = await RunningProgram.start(directory.path, ["demo", "--port", "0"]);
  onceOver(() => program.kill());
  const page = await (await fetch(`${program.url}/view`)).text();
  const { method, credentials, computers } = givenRoom(page);
  const api = new ApiClient(program.url);
  const sessions = await Promise.all(
    computers.map(({ address }) => api.logIn(address, { method, credentials })),
  );
  expect(sessions.length).toBeGreaterThan(3);
  for (const session of sessions) {
    expect(await picture(session, "?format=jpeg&width=320")).toMatchObject({ width: 320 });
  }
  const before = (await untilPicture(sessions[0])).bytes;
  await until("a picture that has moved", async () => {
    return !Bun.deepEquals((await untilPicture(sessions[0])).bytes, before);
  });
  expect(await program.end("SIGTERM")).toMatchObject({ exitCode: 0 });
  expect(await program.stdout).toContain("curl -s");
});

/** What the page shows without asking. */
function givenRoom(page: string): Room {
  const [, json] = /<script type="application\/json" id="given-room">(.*)<\/script>/.exec(page)!;
  return JSON.parse(json) as Room;
}

test("check goes through a host and saves its picture", async () => {
  const host = await start();
  paintTestPicture(host.screen);
  const keyFile = join(folder, "key.pem");
  const pictureFile = join(folder, "first.png");
  writeFileSync(keyFile, privateKey);
  const login = ["--key-name", "fixture", "--key-file", keyFile, "--picture", pictureFile];
  const args = ["check", `127.0.0.1:${host.port}`, ...login];
  const { exitCode, stdout } = await runProgram(directory.path, args);
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
  for (const part of ["AuthKeys", "vyfixture", pictureFile]) expect(stdout).toContain(part);
  const saved = readFileSync(pictureFile);
  expect(await decodeWithBun(saved)).toMatchObject({ width: 64, height: 48 });
  expect(shows(saved, host.screen)).toBeTrue();
});

test("check without --picture writes nothing, and ends with a host that goes on", async () => {
  const host = await start();
  const keyFile = join(folder, "key.pem");
  writeFileSync(keyFile, privateKey);
  const args = ["check", `127.0.0.1:${host.port}`, "--key-name", "fixture", "--key-file", keyFile];
  const { exitCode, stdout } = await runProgram(directory.path, args);
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
  expect(stdout).toContain("--picture FILE saves it");
  expect(directory.files).toEqual([]);
});

test("check with a public key for its key says so and ends with exit code 1", async () => {
  const host = await start();
  const keyFile = join(folder, "public.pem");
  writeFileSync(keyFile, publicKey);
  const args = ["check", `127.0.0.1:${host.port}`, "--key-name", "fixture", "--key-file", keyFile];
  const { exitCode, stdout } = await runProgram(directory.path, args);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^FAILED +key .*found PUBLIC KEY, wanted an unencrypted RSA private key/);
});

const openssl = Bun.which("openssl");

/** What a Veyon 5 host says up to its methods: version, security type 40, AuthKeys. */
const veyon5Words = Buffer.concat([
  Buffer.from("RFB 003.008\n\x01\x28", "latin1"),
  Buffer.from(`0000001e 0000000200 00000001 ${authKeysChoice}`.replaceAll(" ", ""), "hex"),
]);

test.skipIf(openssl === null)(
  `check of a Veyon 5 host with its default certificate, whose TLS is not Bun's${openssl === null ? " (skipped: no openssl)" : ""}`,
  async () => {
    const { certificate, privateKey: key } = veyon5Certificate("vm");
    const certificateFile = join(folder, "veyon5.pem");
    writeFileSync(certificateFile, certificate + key);
    const port = await closedPort();
    const server = Bun.spawn(
      [openssl!, "s_server", "-port", String(port), "-cert", certificateFile, "-tls1_3"].concat(
        "-verify",
        "1",
      ),
      { stdin: "pipe", stdout: "pipe", stderr: "ignore" },
    );
    onceOver(() => server.kill());
    await untilSaid(server.stdout, "ACCEPT");
    // It is kept until a client is there.
    void server.stdin.write(veyon5Words);
    void server.stdin.flush();
    // TLS is spoken to nobody but a Veyon Server, which this port is the one of.
    const setting = `Network/VeyonServerPort=${port}`;
    const command = ["check", "127.0.0.1", "--set", setting];
    const { exitCode, stdout } = await runProgram(directory.path, command);
    expect(stdout).toMatch(/^ok +methods .*AuthKeys \(Veyon 5, tls\)$/m);
    expect(exitCode).toBe(0);
  },
);

async function untilSaid(stream: ReadableStream<Uint8Array>, text: string): Promise<void> {
  let said = "";
  for await (const chunk of stream) {
    said += new TextDecoder().decode(chunk);
    if (said.includes(text)) return;
  }
  throw new Error(`Never said ${text}: ${said}`);
}

test("check of a host that is not there says why and ends with exit code 1", async () => {
  const args = ["check", `127.0.0.1:${await closedPort()}`];
  const { exitCode, stdout } = await runProgram(directory.path, args);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("the connection is refused");
});
