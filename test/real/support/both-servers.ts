/** The reference WebAPI and ours side by side, in front of the same real hosts. */
import { ApiClient } from "../../sim/support/api-client.ts";
import { onceOver } from "../../sim/support/fixture-host.ts";
import { startServer } from "../../sim/support/api-server.ts";
import { testKey } from "./keys.ts";
import { type ReferenceWebApi, startReferenceWebApi } from "./reference-webapi.ts";
import { startVeyonHost, type VeyonHost, type VeyonHostOptions } from "./veyon-host.ts";

export interface BothServers {
  readonly ours: ApiClient;
  readonly reference: ApiClient;
  readonly referenceProcess: ReferenceWebApi;
}

export async function startBothServers(veyonServerPort: number): Promise<BothServers> {
  const referenceProcess = await startReferenceWebApi({ veyonServerPort });
  onceOver(() => referenceProcess.stop());
  return {
    ours: (await startServer({ veyonServerPort })).api,
    reference: new ApiClient(referenceProcess.url, {}, false),
    referenceProcess,
  };
}

/** A host that ends with the test file, by `afterAll(stopAll)`. */
export async function startHost(options?: VeyonHostOptions): Promise<VeyonHost> {
  const host = await startVeyonHost(options);
  onceOver(() => host.stop());
  return host;
}

/** The body of a login with the key that every host here knows. */
export async function keyLogin() {
  const { name, privateKey } = await testKey();
  return {
    method: "0c69b301-81b4-42d6-8fae-128cdd113314",
    credentials: { keyname: name, keydata: privateKey },
  };
}
