import { createPrivateKey, type KeyObject } from "node:crypto";
import {
  checkProtocolVersion,
  chooseSecurityType,
  clientInit,
  protocolVersionBytes,
  readServerInit,
  type ServerInit,
} from "../../../src/rfb/handshake.ts";
import {
  authenticate,
  type Credentials,
  type MethodOffer,
  readMethodOffer,
  veyonSecurityType,
} from "../../../src/veyon/authentication.ts";
import { signChallenge } from "../../../src/veyon/crypto.ts";
import type { RecordedServer } from "../../support/recorded-server.ts";
import { fixture } from "../../support/transcript.ts";

export const keys = {
  fixture: keyOf("keys/fixture-private-TESTKEY.pem"),
  logonServer: keyOf("keys/fixture-logon-server-TESTKEY.pem"),
  teacher5: keyOf("veyon5-authkeys-teacher5.private.pem"),
  fakeServer: keyOf("veyon5-fake-server.private.pem"),
};

function keyOf(path: string): KeyObject {
  return createPrivateKey(fixture(path));
}

/** The connection up to the list of methods. */
export async function greet(server: RecordedServer): Promise<MethodOffer> {
  checkProtocolVersion(await server.stream.read(protocolVersionBytes));
  await chooseSecurityType(server.stream, server, veyonSecurityType);
  return readMethodOffer(server.stream, 4);
}

/** The whole handshake as hosts/ does it. */
export async function logInOn(
  server: RecordedServer,
  credentials: Credentials,
  userName: string,
): Promise<ServerInit> {
  const { generation } = await greet(server);
  await authenticate(server.stream, server, generation, credentials, userName, signChallenge);
  server.send(clientInit);
  return readServerInit(server.stream);
}
