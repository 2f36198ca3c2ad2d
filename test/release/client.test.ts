/** What `npm pack` makes of client/, used by programs that have nothing but it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { version } from "../../src/version.ts";
import { startServer } from "../sim/support/api-server.ts";
import { start, stopAll } from "../sim/support/fixture-host.ts";

const root = resolve(import.meta.dir, "../..");

let folder: string;
let installed: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "veyon-webapi-client-"));
  installed = join(folder, "node_modules", "veyon-webapi-client");
  mkdirSync(installed, { recursive: true });
  run(join(root, "client"), "npm", "pack", "--silent", "--pack-destination", folder);
  const archive = join(folder, `veyon-webapi-client-${version}.tgz`);
  run(installed, "tar", "--extract", "--strip-components=1", "--file", archive);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterAll(stopAll);

function run(cwd: string, ...command: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd });
  const said = `${stdout.toString()}${stderr.toString()}`;
  expect({ command, exitCode, said }).toMatchObject({ exitCode: 0 });
  return stdout.toString();
}

test("it has the version of the server, its licences, and needs nothing else", () => {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  expect(manifest).toMatchObject({ version, license: "MIT" });
  expect(manifest).not.toHaveProperty("dependencies");
  expect(readFileSync(join(installed, "dist", "LICENSE"), "utf8")).toContain("MIT License");
  expect(readFileSync(join(installed, "dist", "veyon-webapi.js"), "utf8")).not.toMatch(
    /\bfrom "|\bimport\(|\brequire\(/,
  );
});

test("Node.js logs in with it and sees a picture", async () => {
  const host = await start({ credentials: { accounts: { teacher: "veyon" } } });
  const { url } = await startServer();
  writeFileSync(
    join(folder, "use.js"),
    `import { VeyonWebApi } from "veyon-webapi-client";
     const [url, host] = process.argv.slice(2);
     const account = { username: "teacher", password: "veyon" };
     const computer = await new VeyonWebApi(url).logIn(host, account);
     const { bytes, contentType } = await computer.picture({ format: "jpeg" });
     console.log(contentType, bytes.length > 100, (await computer.user()).login);
     for await (const { event } of computer.events()) { console.log(event); break; }
     for await (const picture of computer.pictures()) { console.log(picture[0]); break; }
     await computer.close();`,
  );
  const child = Bun.spawn(["node", "use.js", url, `127.0.0.1:${host.port}`], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(output.join("")).toBe("image/jpeg true vyfixture\nconnection\n255\n");
  expect(await child.exited).toBe(0);
});

test.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("TypeScript knows its types, and what is wrong: module %s", (module, moduleResolution) => {
  writeFileSync(
    join(folder, "use.ts"),
    `import { VeyonWebApi } from "veyon-webapi-client";
     const computer = await new VeyonWebApi("http://a").logIn("b", { password: "c" });
     const { login }: { login: string } = await computer.user();
     await computer.start("TextMessage", { text: login });
     await computer.start("ScreenLock");
     // @ts-expect-error
     await computer.start("TextMessage", { txt: login });
     // @ts-expect-error
     await computer.start("ScreenLok");
     for await (const told of computer.events()) {
       if (told.event === "screens") told.screens[0].width.toFixed();
     }`,
  );
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom"];
  run(
    folder,
    "node",
    tsc,
    ...options,
    "--module",
    module,
    "--moduleResolution",
    moduleResolution,
    "use.ts",
  );
});
