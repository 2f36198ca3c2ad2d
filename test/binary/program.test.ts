/** dist/veyon-webapi in an empty directory, without node_modules, in front of a simulated host. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import document from "../../docs/openapi.json" with { type: "json" };
import { featureIds } from "../../src/veyon/feature-ids.ts";
import type { SimHost } from "../../src/sim/sim-host.ts";
import { version } from "../../src/version.ts";
import { psnr } from "../support/pictures.ts";
import { decodeWithBun } from "../unit/image/decoders.ts";
import { ApiClient } from "../sim/support/api-client.ts";
import { certificates } from "../sim/support/certificates.ts";
import { onceOver, paintTestPicture, start, stopAll } from "../sim/support/fixture-host.ts";
import { untilPicture, untilShown } from "../sim/support/framebuffer.ts";
import { until } from "../sim/support/until.ts";
import { libimagequantNames } from "./support/libimagequant.ts";
import {
  buildIfOld,
  EmptyDirectory,
  program as programFile,
  RunningProgram,
  runProgram,
} from "./support/program.ts";

const addonFolder = join(require.resolve("imagescript/package.json"), "../codecs/node/bin");

let directory: EmptyDirectory;
let folder: string;

beforeAll(() => {
  buildIfOld();
  directory = new EmptyDirectory();
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-files-"));
});
afterEach(stopAll);
afterAll(() => {
  // Nothing has been written where it ran.
  expect(directory.files).toEqual([]);
  directory.remove();
  rmSync(folder, { recursive: true });
});

async function runServer(...args: string[]): Promise<RunningProgram> {
  const loopback = ["--bind", "127.0.0.1", "--port", "0"];
  const running = await RunningProgram.start(directory.path, ["runserver", ...loopback, ...args]);
  onceOver(() => running.kill());
  return running;
}

const https = () => {
  const certificateFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  writeFileSync(certificateFile, certificates.both.certificate);
  writeFileSync(keyFile, certificates.both.privateKey);
  const settings = {
    "WebAPI/HttpsEnabled": "true",
    "WebAPI/TlsCertificateFile": certificateFile,
    "WebAPI/TlsPrivateKeyFile": keyFile,
  };
  return Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
};

async function paintedHost(): Promise<SimHost> {
  const host = await start({ width: 200, height: 120 });
  paintTestPicture(host.screen);
  return host;
}

describe("without a server", () => {
  test.each(["--version", "version"])("%s", async (flag) => {
    const finished = await runProgram(directory.path, [flag]);
    expect(finished).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("--help names the commands", async () => {
    const { exitCode, stdout } = await runProgram(directory.path, ["--help"]);
    expect(exitCode).toBe(0);
    for (const command of ["runserver", "config", "check", "demo"])
      expect(stdout).toContain(command);
  });

  test.each([[[]], [["--port", "11080"]]])(
    "without a command, %p, it prints its help and ends with exit code 2",
    async (args) => {
      const { exitCode, stdout, stderr } = await runProgram(directory.path, args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      for (const command of ["runserver", "config", "check", "demo"]) {
        expect(stderr).toContain(`veyon-webapi ${command}`);
      }
    },
  );

  test("config prints each setting with its value and source", async () => {
    const env = { VEYON_WEBAPI_CONNECTION_LIMIT: "7" };
    const args = ["config", "--port", "12345"];
    const { exitCode, stdout } = await runProgram(directory.path, args, env);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^WebAPI\/HttpServerPort +12345 +--port/m);
    expect(stdout).toMatch(/^WebAPI\/ConnectionLimit +7 +VEYON_WEBAPI_CONNECTION_LIMIT/m);
    expect(stdout).toMatch(/^WebAPI\/ConnectionIdleTimeout +60 s +default/m);
  });

  test.each([
    [["runserver", "--port", "99999"], /99999.*wanted a whole number from 0 to 65535/],
    [["runserver", "--set", "WebAPI/Nope=1"], /WebAPI\/Nope/],
    [["runserver", "--config", "/none.ini"], /\/none\.ini/],
    [["runserver", "--set", "WebAPI/HttpsEnabled=true"], /TlsCertificateFile/],
    [["fly"], /fly/],
    [["runserver", "--wings"], /--wings/],
  ] as const)("%p is refused with the reason and exit code 2", async (args, reason) => {
    const { exitCode, stdout, stderr } = await runProgram(directory.path, args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain("    at ");
  });
});

describe.each([
  ["HTTP", "http", () => []],
  ["HTTPS", "https", https],
] as const)("over %s", (_, scheme, settings) => {
  test("says that it is ready, serves the API, logs to standard error", async () => {
    const host = await paintedHost();
    const program = await runServer(...settings());
    const remark = scheme === "http" ? " (not encrypted)" : "";
    expect(program.readyLine).toBe(
      `veyon-webapi ${version} listens on ${scheme}://127.0.0.1:${program.port}${remark}`,
    );
    const session = await new ApiClient(program.url).logIn(host.port);
    expect((await session.get("user")).json).toMatchObject({ login: "vyfixture" });
    await untilShown(session, host.screen);
    const jpeg = await untilPicture(session, "?format=jpeg&quality=90");
    expect(jpeg.contentType).toBe("image/jpeg");
    expect(psnr((await decodeWithBun(jpeg.bytes)).pixels, host.screen.pixels)).toBeGreaterThan(15);
    await session.start(featureIds.screenLock);
    await until("the lock", () => session.isActive(featureIds.screenLock));
    expect(await program.end("SIGTERM")).toMatchObject({ exitCode: 0 });
    expect(await program.stdout).toBe(`${program.readyLine}\n`);
    const lines = (await program.stderr).trimEnd().split("\n");
    for (const text of [
      'event="configuration read" source=--port settings=WebAPI/HttpServerPort',
      " path=/api/v1/framebuffer ",
      'event="host closed"',
      " reason=shutdown",
      'event="server stops"',
      'event="server stopped"',
    ]) {
      expect(lines.filter((line) => line.includes(text))).not.toEqual([]);
    }
    expect(lines.at(-1)).toEndWith('event="server stopped"');
    expect(lines.filter((line) => !line.startsWith("time="))).toEqual([]);
  });
});

test.each([
  ["::", "[::]", "every address of this computer, not encrypted"],
  ["0::0", "[::]", "every address of this computer, not encrypted"],
  ["0.0.0.0", "0.0.0.0", "every IPv4 address of this computer, not encrypted"],
  ["::1", "[::1]", "not encrypted"],
  ["localhost", "localhost", "not encrypted"],
])(
  "bound to %s it says what that means, in a line that has a URL to use",
  async (bind, host, remark) => {
    const args = ["runserver", "--veyon-config", "/dev/null", "--port", "0", "--bind", bind];
    const program = await RunningProgram.start(directory.path, args);
    onceOver(() => program.kill());
    expect(program.readyLine).toBe(
      `veyon-webapi ${version} listens on http://${host}:${program.port} (${remark})`,
    );
    expect((await fetch(`${program.url}/api/v1/user`)).status).toBe(401);
  },
);

test("has nothing of imagescript's native addon in it, which is under the GPL", () => {
  const addons = [...new Bun.Glob("*.node").scanSync({ cwd: addonFolder, absolute: true })];
  expect(addons).not.toEqual([]);
  for (const addon of addons) expect(libimagequantNames(addon)).toEqual(["liq_", "LIQ_"]);
  expect(libimagequantNames(programFile)).toEqual([]);
});

describe("pictures", () => {
  test.each(["imagescript", "bun", "wasm", "auto"])("by the engine %s", async (engine) => {
    const host = await paintedHost();
    const program = await runServer("--set", `WebAPI/ImageEngine=${engine}`);
    const session = await new ApiClient(program.url).logIn(host.port);
    await untilShown(session, host.screen);
    const small = await untilPicture(session, "?format=jpeg&width=50");
    expect(await decodeWithBun(small.bytes)).toMatchObject({ width: 50, height: 30 });
  });

  test.each(["auto", "imagescript"])("by %s without a temporary directory", async (engine) => {
    const host = await paintedHost();
    const none = { TMPDIR: "/none", BUN_TMPDIR: "/none" };
    const args = ["runserver", "--bind", "127.0.0.1", "--port", "0"];
    args.push("--set", `WebAPI/ImageEngine=${engine}`);
    const program = await RunningProgram.start(directory.path, args, none);
    onceOver(() => program.kill());
    const session = await new ApiClient(program.url).logIn(host.port);
    await untilShown(session, host.screen);
    const jpeg = await untilPicture(session, "?format=jpeg");
    expect(await decodeWithBun(jpeg.bytes)).toMatchObject({ width: 200, height: 120 });
  });
});

describe("Veyon's own configuration", () => {
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  test("with values that cannot be served does not stop the start, and the log says what is used", async () => {
    const file = write(
      "odd.conf",
      "[WebAPI]\nConnectionLifetime=1000000000\nConnectionLimit=0\nHttpServerPort=abc\nTlsCertificateFile=C:\\new.pem\n",
    );
    const program = await runServer("--veyon-config", file);
    await program.end("SIGTERM");
    const lines = (await program.stderr).split("\n");
    const told = lines.filter((line) => line.includes(`level=warn event="setting adjusted"`));
    expect(told.map((line) => line.replace(/^.*event="setting adjusted" /, ""))).toEqual([
      `setting=WebAPI/ConnectionLifetime found=1000000000 used=576 file=${file} reason="wanted a number from 0.0001 to 576 (h)"`,
      `setting=WebAPI/ConnectionLimit found=0 used=1 file=${file} reason="wanted a whole number from 1 to 10000"`,
      `setting=WebAPI/TlsCertificateFile found="C:\\\\new.pem" used="" file=${file} reason="wanted the path of a PEM file, or nothing"`,
    ]);
  });

  test.each([
    [
      "written by PowerShell",
      "utf16.json",
      (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le"),
    ],
    ["written by hand", "utf8.json", (text: string) => text],
  ])("%s, and with placeholders, turns HTTPS on", async (_, name, encode) => {
    https();
    const tls = {
      HttpsEnabled: "true",
      TlsCertificateFile: "%HOME%/certificate.pem",
      TlsPrivateKeyFile: "$HOME/key.pem",
    };
    const file = write(name, encode(JSON.stringify({ WebAPI: tls })));
    const args = ["runserver", "--veyon-config", file, "--bind", "127.0.0.1", "--port", "0"];
    const program = await RunningProgram.start(directory.path, args, { HOME: folder });
    onceOver(() => program.kill());
    expect(program.readyLine).toBe(
      `veyon-webapi ${version} listens on https://127.0.0.1:${program.port}`,
    );
    expect((await new ApiClient(program.url).get("user")).status).toBe(401);
  });

  test.each([
    ["--veyon-config", "certificate.pem", certificates.both.certificate, "a PEM file"],
    ["--veyon-config", "veyon.yaml", "WebAPI:\n  HttpsEnabled: true\n", "text without groups"],
    ["--config", "list.json", '[{"WebAPI":{"HttpsEnabled":true}}]', "a JSON list"],
  ])("%s %s is refused, by its name", async (flag, name, content, found) => {
    const file = write(name, content);
    const finished = await runProgram(directory.path, ["runserver", flag, file]);
    expect(finished).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `${file} holds no configuration: found ${found}, wanted settings under a [Group], or JSON as veyon-cli config export writes it\n`,
    });
  });
});

test("a second instance on the same port says so and ends with exit code 1", async () => {
  const first = await runServer();
  const args = ["runserver", "--bind", "127.0.0.1", "--port", String(first.port)];
  const { exitCode, stdout, stderr } = await runProgram(directory.path, args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toBe(
    `Cannot listen on 127.0.0.1 port ${first.port}: the port is in use, perhaps by another WebAPI server\n`,
  );
  expect((await fetch(`${first.url}/api/v1/user`)).status).toBe(401);
});

test("the pages and the document of the API are in it", async () => {
  const { url } = await runServer();
  const get = async (path: string) => {
    const response = await fetch(new URL(path, url));
    expect({ path, status: response.status }).toEqual({ path, status: 200 });
    return response.text();
  };
  const page = await get("/docs");
  const links = [...page.matchAll(/(?:href|src)="(docs\/[^"]+)"/g)].map(([, link]) => link);
  expect(links).toHaveLength(3);
  for (const link of links) expect((await get(link)).length).toBeGreaterThan(100);
  expect(await get("/")).toContain(version);
  expect(JSON.parse(await get("/api/v1/openapi.json"))).toEqual(document);
});

test("the page for people is in it, with all that it loads", async () => {
  const { url } = await runServer();
  const page = await (await fetch(`${url}/view`)).text();
  expect(page).not.toContain("given-room");
  const links = [...page.matchAll(/(?:href|src)="(view\/[^"]+)"/g)].map(([, link]) => link);
  expect(links).toHaveLength(2);
  for (const link of links) {
    const response = await fetch(`${url}/${link}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Encoding")).toBe("gzip");
    expect((await response.text()).length).toBeGreaterThan(1000);
  }
});
