/**
 * The programs for other platforms, as far as they run here: arm64 in an emulator, musl and a
 * container in a root.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { targets } from "../../scripts/build/targets.ts";
import { runtimeSettings } from "../../src/runtime-settings.ts";
import { ApiClient } from "../sim/support/api-client.ts";
import { onceOver, paintTestPicture, start, stopAll } from "../sim/support/fixture-host.ts";
import { untilPicture, untilShown } from "../sim/support/framebuffer.ts";
import { libimagequantNames } from "../binary/support/libimagequant.ts";
import { RunningProgram } from "../binary/support/program.ts";
import { decodeWithBun } from "../unit/image/decoders.ts";
import { programFor, releaseIfOld, releaseTimeoutMs, root } from "./support/release.ts";
import { SmallRoot } from "./support/small-root.ts";

const isRoot = process.getuid?.() === 0;
const isX64 = process.arch === "x64" && process.platform === "linux";

beforeAll(releaseIfOld, releaseTimeoutMs);
afterEach(stopAll);

/** Logs in to a simulated host and fetches pictures, by a server that is started so. */
async function serves(command: readonly string[], env = {}, ...more: string[]): Promise<void> {
  const host = await start({ width: 200, height: 120 });
  paintTestPicture(host.screen);
  const args = ["runserver", "--bind", "127.0.0.1", "--port", "0", ...more];
  const program = await RunningProgram.startCommand("/", [...command, ...args], env);
  onceOver(() => program.kill());
  const session = await new ApiClient(program.url).logIn(host.port);
  expect((await session.get("user")).json).toMatchObject({ login: "vyfixture" });
  await untilShown(session, host.screen);
  const jpeg = await untilPicture(session, "?format=jpeg&width=50");
  expect(await decodeWithBun(jpeg.bytes)).toMatchObject({ width: 50, height: 30 });
}

function smallRoot(): SmallRoot {
  const made = new SmallRoot();
  onceOver(() => made.remove());
  return made;
}

describe.skipIf(!isX64 || Bun.which("qemu-aarch64") === null)("linux-arm64", () => {
  test("serves, in an emulator", async () => {
    // Without these it would replace itself, which an emulator does not survive.
    const command = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", programFor("linux-arm64")];
    await serves(command, runtimeSettings);
  }, 120_000);
});

describe.skipIf(!isX64 || !isRoot)("linux-x64-musl", () => {
  test("serves by each engine, in a root with musl and without glibc", async () => {
    const small = smallRoot();
    const gcc = "/usr/lib/x86_64-linux-gnu";
    small.add("/", programFor("linux-x64-musl"));
    small.add("/lib", "/lib/ld-musl-x86_64.so.1", `${gcc}/libstdc++.so.6`, `${gcc}/libgcc_s.so.1`);
    small.link("/lib/libc.musl-x86_64.so.1", "ld-musl-x86_64.so.1");
    // Under the name of a library that Debian's libstdc++ asks for.
    const source = join(import.meta.dir, "support/musl-libraries.c");
    const library = join(small.path, "lib/ld-linux-x86-64.so.2");
    const options = ["-shared", "-fPIC", "-nostdlib", "-O1", "-o", library];
    const { exitCode, stderr } = Bun.spawnSync(["gcc", ...options, source]);
    expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
    for (const engine of ["auto", "imagescript", "bun", "wasm"]) {
      const set = ["--set", `WebAPI/ImageEngine=${engine}`];
      await serves(small.command("/veyon-webapi"), {}, ...set);
    }
  });
});

describe.skipIf(!isX64 || !isRoot)("container", () => {
  test("serves in what the Containerfile makes: itself and five libraries, read-only, as nobody", async () => {
    const small = smallRoot();
    const file = readFileSync(join(root, "deploy/container/Containerfile"), "utf8");
    const steps = [...file.matchAll(/^RUN (.*)$/gm)].map(([, step]) => step);
    expect(steps).not.toEqual([]);
    for (const step of steps) {
      const here = step
        .replaceAll("/veyon-webapi", programFor("linux-x64"))
        .replaceAll("/image", small.path);
      expect(Bun.spawnSync(["sh", "-ec", here]).exitCode).toBe(0);
    }
    small.add("/", programFor("linux-x64"));
    const files = [...new Bun.Glob("**/*").scanSync(small.path)];
    expect(files.map((path) => path.replace(/.*\//, "")).sort()).toEqual([
      "ld-linux-x86-64.so.2",
      "libc.so.6",
      "libdl.so.2",
      "libm.so.6",
      "libpthread.so.0",
      "veyon-webapi",
    ]);
    await serves(small.command("/veyon-webapi"));
  });
});

// Heads of PE, Mach-O and ELF; of the last one the machine is the 18th byte.
test.each([
  ["windows-x64", /^4d5a/],
  ["darwin-arm64", /^cffaedfe0c000001/],
  ["darwin-x64", /^cffaedfe07000001/],
  ["linux-arm64-musl", /^7f454c460201.{24}b700/],
])("%s, which cannot run here, is a program for it", async (target, head) => {
  const bytes = await Bun.file(programFor(target)).slice(0, 64).bytes();
  expect(bytes.toHex()).toMatch(head);
});

test.each(targets.map(({ name }) => name))("%s has nothing of libimagequant in it", (target) => {
  expect(libimagequantNames(programFor(target))).toEqual([]);
});
