import { ByteWriter } from "../../bytes/byte-writer.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import { string } from "../../qt/variant.ts";
import { featureIds } from "../../veyon/feature-ids.ts";
import { authenticate } from "./sim-authentication.ts";
import type { SimComputer } from "../sim-computer.ts";
import type { SimConnection } from "./sim-connection.ts";
import { encodeSimFeatureMessage } from "./sim-message.ts";
import type { SimHostOptions } from "../sim-options.ts";
import { nativePixelFormatBytes } from "../encodings/sim-pixel-format.ts";
import type { SimTraits } from "../sim-traits.ts";

const veyonSecurityType = 40;
const denialRepeatMs = 100;
const denialRepeats = 100;
const handshakeTimeoutMs = 30_000;

/** One client from greeting to ServerInit. Throws whatever ends the connection. */
export async function shakeHands(connection: SimConnection, computer: SimComputer): Promise<void> {
  const { options, traits } = computer;
  const limitMs = options.handshakeTimeoutMs ?? handshakeTimeoutMs;
  const limit = traits.hardened ? setTimeout(() => connection.close(), limitMs) : undefined;
  void connection.closed.then(() => clearTimeout(limit));

  await greet(connection, traits);
  const userName = await authenticate(connection, options.credentials ?? {}, traits);
  await connection.send("securityResult", new Uint8Array(4));
  const denial = await askForAccess(connection, userName, options, limitMs);
  if (denial !== null) {
    clearTimeout(limit);
    if (traits.givesReason) await tellDenial(connection, denial, computer);
    throw new ProtocolError(`Access denied: ${denial}`);
  }
  await connection.stream.read(1);
  await connection.send("serverInit", encodeServerInit(computer));
  clearTimeout(limit);
}

async function greet(connection: SimConnection, traits: SimTraits): Promise<void> {
  const { stream } = connection;
  const ending = traits.greetsWithNul ? "\0" : "\n";
  await connection.send("greeting", Buffer.from(`RFB 003.008${ending}`));
  const version = Buffer.from(await stream.read(12)).toString("latin1");
  // Before 4.11.1 the version is read only while exactly its 12 bytes are waiting.
  if (!traits.hardened && stream.availableBytes > 0) await connection.hang();
  const wanted = traits.hardened ? /^RFB 003\.00[78]\n$/ : /^RFB \d{3}\.\d{3}\n$/;
  if (!wanted.test(version)) throw new ProtocolError(`Client refused: version ${version}`);
  await connection.send("securityTypes", Uint8Array.of(1, veyonSecurityType));
  const [type] = await stream.read(1);
  if (type !== veyonSecurityType) throw new ProtocolError(`Client refused: security type ${type}`);
}

/** The reason of the denial; null if access is allowed. */
async function askForAccess(
  connection: SimConnection,
  userName: string,
  options: SimHostOptions,
  limitMs: number,
): Promise<string | null> {
  const answer = Promise.withResolvers<string | null>();
  const limit = setTimeout(() => answer.resolve("User did not answer"), limitMs);
  void connection.closed.then(() => answer.resolve("Client left"));
  try {
    const asked = Promise.resolve(options.access?.(userName) ?? null);
    return await Promise.race([asked, answer.promise]);
  } finally {
    clearTimeout(limit);
  }
}

/** A screen without pixels, then the reason over and over, whatever the client says meanwhile. */
async function tellDenial(
  connection: SimConnection,
  reason: string,
  { traits, options }: SimComputer,
): Promise<void> {
  await connection.send("accessDenied", new Uint8Array(24));
  const message = encodeSimFeatureMessage(
    {
      feature: featureIds.accessControlProvider,
      command: 0,
      arguments: [[{ number: 0, name: "Details" }, string(reason)]],
    },
    traits,
    options.mapKeys ?? "descending",
  );
  for (let i = 0; i < denialRepeats; i++) {
    await connection.send("accessDeniedReason", message);
    await Promise.race([Bun.sleep(denialRepeatMs), connection.closed]);
  }
}

function encodeServerInit({ screen, options }: SimComputer): Uint8Array {
  const name = Buffer.from(`${options.name ?? "sim-host"}:0`);
  return new ByteWriter()
    .u16(screen.width)
    .u16(screen.height)
    .bytes(nativePixelFormatBytes)
    .u32(name.length)
    .bytes(name)
    .finish();
}
