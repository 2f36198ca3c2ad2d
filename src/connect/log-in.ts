/**
 * From a Veyon Server that has listed its methods to a session: login, the host's access rules,
 * ServerInit.
 */
import type { ByteStream } from "../bytes/byte-stream.ts";
import { EndOfStreamError, ProtocolError } from "../bytes/errors.ts";
import { type ByteSink, clientInit, readServerInit, type ServerInit } from "../rfb/handshake.ts";
import { checkSize } from "../rfb/size.ts";
import {
  authenticate,
  AuthenticationError,
  type Credentials,
  type Sign,
} from "../veyon/authentication.ts";
import type { AuthenticationMethod } from "../veyon/authentication-methods.ts";
import { decodeFeatureMessage, featureMessageType } from "../veyon/feature-message.ts";
import { readMessage } from "../veyon/message.ts";
import { featureIds } from "../veyon/feature-ids.ts";
import { decodeAccessDenial } from "../veyon/state-messages.ts";
import { DeadlineError, within } from "../scheduling/deadline.ts";
import { formatHostAddress } from "./host-address.ts";
import { HostError } from "./host-error.ts";
import type { VeyonConnection } from "./veyon-connection.ts";

/** A host that denies access (4.9.4 and newer) says why every 100 ms. */
const denialReasonWaitMs = 1000;

/** A denial reason is one short sentence. */
const denialMessageBytesMax = 64 * 1024;

export type LoginStep = "authenticate" | "access";

export interface LoginOptions {
  /** Ends the attempt; what was being waited for decides which failure that is. */
  readonly signal: AbortSignal;
  readonly sign: Sign;
  /** Who asks, for the host's access rules and dialogs. */
  readonly userName: string;
  readonly onStep?: ((step: LoginStep) => void) | undefined;
}

/** Throws HostError unless the host offers the method; null is one that we do not know. */
export function checkOffered(
  { address, offer }: VeyonConnection,
  method: AuthenticationMethod | null,
): asserts method is AuthenticationMethod {
  const where = formatHostAddress(address);
  if (offer.methods.length === 0) {
    throw new HostError("no-method", `${where} offers no authentication method that is known`);
  }
  if (method === null || !offer.methods.includes(method)) {
    throw new HostError("method-not-offered", `${where} offers ${offer.methods.join(", ")}`);
  }
}

/** Logs in on the connection, which is closed if that fails. Throws HostError. */
export async function logIn(
  veyon: VeyonConnection,
  credentials: Credentials,
  { signal, sign, userName, onStep }: LoginOptions,
): Promise<ServerInit> {
  const { connection, offer } = veyon;
  const where = formatHostAddress(veyon.address);
  let waitingFor = "an answer to the login";
  const abandon = () => {
    connection.close(
      new HostError("silent", `${where}: no answer in time: waited for ${waitingFor}`),
    );
  };
  signal.addEventListener("abort", abandon, { once: true });
  if (signal.aborted) abandon();
  try {
    checkOffered(veyon, credentials.method);
    onStep?.("authenticate");
    const { generation } = offer;
    const { stream } = connection;
    await authenticate(stream, connection, generation, credentials, userName, sign);
    onStep?.("access");
    waitingFor = "the host's user or access rules to allow it";
    return await enter(connection.stream, connection, where);
  } catch (error) {
    connection.close();
    throw describe(error, where);
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}

/**
 * ClientInit and ServerInit. Access rules run in between: an old host closes, a newer one sends a
 * size of 0x0.
 */
async function enter(stream: ByteStream, sink: ByteSink, where: string): Promise<ServerInit> {
  sink.send(clientInit);
  let init: ServerInit;
  try {
    init = await readServerInit(stream);
  } catch (error) {
    if (!(error instanceof EndOfStreamError)) throw error;
    throw new HostError(
      "access-denied",
      `${where} closed the connection after a good login: its access rules or its user deny access`,
      { cause: error },
    );
  }
  if (init.width > 0 && init.height > 0) {
    checkSize(init);
    return init;
  }
  const reason = await readDenialReason(stream);
  throw new HostError("access-denied", reason === "" ? `${where} denies access` : reason);
}

async function readDenialReason(stream: ByteStream): Promise<string> {
  try {
    return await within(readDenial(stream), denialReasonWaitMs);
  } catch (error) {
    // The denial is certain, only its reason is missing.
    const failures = [DeadlineError, EndOfStreamError, ProtocolError];
    if (failures.some((failure) => error instanceof failure)) return "";
    throw error;
  }
}

async function readDenial(stream: ByteStream): Promise<string> {
  const [type] = await stream.read(1);
  if (type !== featureMessageType) return "";
  const message = decodeFeatureMessage(await readMessage(stream, denialMessageBytesMax));
  return message.feature === featureIds.accessControlProvider ? decodeAccessDenial(message) : "";
}

function describe(error: unknown, where: string): HostError {
  if (error instanceof HostError) return error;
  const message = `${where}: ${error instanceof Error ? error.message : String(error)}`;
  const failure = error instanceof AuthenticationError ? "credentials-refused" : "not-veyon";
  return new HostError(failure, message, { cause: error });
}
