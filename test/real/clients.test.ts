/** The clients in client/ with a real Veyon Server. */
import { resolve } from "node:path";
import { afterAll, describe, expect, test } from "bun:test";
import { VeyonWebApi } from "../../client/src/veyon-webapi.ts";
import { startServer } from "../sim/support/api-server.ts";
import { stopAll } from "../sim/support/fixture-host.ts";
import { pupil } from "./support/account.ts";
import { startHost } from "./support/both-servers.ts";
import { testKey } from "./support/keys.ts";
import { missing, title } from "./support/requirements.ts";

afterAll(stopAll);

const python = resolve(import.meta.dir, "../../client/python");

describe.skipIf(missing.length > 0)(title("the clients"), () => {
  test("log in with a key, see the screen, lock it, and hear of that", async () => {
    const host = await startHost({ user: pupil });
    const { url } = await startServer();
    const address = `127.0.0.1:${host.port}`;
    const { name: keyname, privateKey: keydata } = await testKey();

    const computer = await new VeyonWebApi(url).logIn(address, { keyname, keydata });
    const { bytes } = await computer.picture({ format: "jpeg", waitMs: 30_000 });
    expect(bytes.length).toBeGreaterThan(1000);
    expect(await computer.user()).toMatchObject({ login: pupil.login });
    await computer.start("ScreenLock");
    for await (const told of computer.events()) {
      if (told.event === "features" && told.active.some(({ name }) => name === "ScreenLock")) break;
    }

    const script = `
import sys
sys.path.insert(0, sys.argv[1])
from veyon_webapi import VeyonWebApi
url, host, keyname = sys.argv[2:]
with VeyonWebApi(url).log_in(host, keyname=keyname, keydata=sys.stdin.read()) as computer:
    print(computer.picture(wait_s=30).data[1:4].decode(), computer.is_active("ScreenLock"))
    computer.stop("ScreenLock")
    for event in computer.events():
        if event["event"] == "features" and not any(each["name"] == "ScreenLock" for each in event["active"]):
            break
    print(computer.user()["login"])
`;
    const child = Bun.spawn(["python3", "-B", "-c", script, python, url, address, keyname], {
      stdio: [Buffer.from(keydata), "pipe", "pipe"],
    });
    const output = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect(output.join("")).toBe(`PNG True\n${pupil.login}\n`);
    await computer.close();
  }, 90_000);
});
