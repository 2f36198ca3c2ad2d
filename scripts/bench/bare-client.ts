/** Our own protocol client without a server around it: the floor below which no server gets. */
import { createPrivateKey } from "node:crypto";
import { createConnector } from "../../src/cli/create-connector.ts";
import { createSessionResources } from "../../src/cli/session-resources.ts";
import { loadSettings } from "../../src/config/load-settings.ts";
import { noSources } from "../../src/config/settings-sources.ts";
import { HostSession } from "../../src/hosts/host-session.ts";
import { type PictureParameters, pictureDefaults } from "../../src/image/picture-parameters.ts";
import { Demand } from "../../src/watch/demand.ts";
import { PictureFeed } from "../../src/watch/picture-feed.ts";
import type { Bench } from "./bench.ts";

const givenUpAfterMs = 60_000;

const given = { veyonConfigFile: null, configFile: null, flags: [] };
const settings = loadSettings(given, noSources).values;
const connector = await createConnector(settings);
const resources = createSessionResources(settings);

const wanted: PictureParameters = { format: "jpeg", ...pictureDefaults, width: null, height: null };

export interface BareSession {
  readonly session: HostSession;
  readonly feed: PictureFeed;
  /** As the server does for each request for a picture. */
  readonly look: () => Promise<void>;
}

/** Connects and logs in; the first picture is on its way. `address`: "198.18.0.2:11100". */
export async function openBareSession(address: string, key: Bench["key"]): Promise<BareSession> {
  const asker = { signal: AbortSignal.timeout(givenUpAfterMs), caller: "bench" };
  const [host, port] = address.split(":");
  const veyon = await connector.dial({ host, port: Number(port) }, asker);
  const privateKey = createPrivateKey(key.privateKey);
  const credentials = { method: "AuthKeys", keyName: key.name, privateKey } as const;
  const loggedIn = await connector.logIn(veyon, credentials, asker);
  const demand = new Demand();
  const feed = new PictureFeed();
  const session = new HostSession(loggedIn, {
    resources,
    demand,
    listener: {
      onPicture: (picture) => feed.publish(picture),
      onChange() {},
      onCursor() {},
      onClipboard() {},
    },
  });
  session.start();
  const look = async () => {
    demand.looked(wanted);
    await session.picture();
  };
  return { session, feed, look };
}
