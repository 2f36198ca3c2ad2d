/**
 * Authentication inside RFB's security type 40, for both generations. Veyon 4 numbers its methods,
 * Veyon 5 names them by UUID; that, and how AuthLogon answers, is all that differs. A server
 * refuses by closing the connection, at every step and without a reason.
 */
import type { KeyObject } from "node:crypto";
import type { ByteStream } from "../bytes/byte-stream.ts";
import { EndOfStreamError, ProtocolError } from "../bytes/errors.ts";
import { byteArray, int, string, uuid, type Variant } from "../qt/variant.ts";
import type { ByteSink } from "../rfb/handshake.ts";
import { readSecurityResult } from "../rfb/handshake.ts";
import {
  type AuthenticationMethod,
  methodByUuid,
  methodByVeyon4Type,
  methodUuid,
  veyon4Type,
} from "./authentication-methods.ts";
import { encryptPassword, type signChallenge } from "./crypto.ts";
import { encodeMessage, readMessage } from "./message.ts";

/** The RFB security type under which all Veyon versions hide their authentication. */
export const veyonSecurityType = 40;

export type Generation = 4 | 5;

export type Credentials =
  | { readonly method: "AuthKeys"; readonly keyName: string; readonly privateKey: KeyObject }
  | {
      readonly method: "AuthLogon" | "AuthLDAP";
      readonly username: string;
      readonly password: string;
    }
  | { readonly method: "AuthSimple"; readonly password: string };

/** Gives the signature of a challenge, in its own time. */
export type Sign = typeof signChallenge;

export interface MethodOffer {
  readonly generation: Generation;
  /** Those that we know; may be empty. */
  readonly methods: readonly AuthenticationMethod[];
}

/** The host has refused the login. */
export class AuthenticationError extends Error {
  override readonly name = "AuthenticationError";
}

/** Bytes of one message of a handshake; the longest is a public key in PEM. */
const handshakeMessageBytesMax = 64 * 1024;

/** Methods that a host may list; the newest know four. */
const methodsMax = 32;

/**
 * The host's list: Int count, then an Int (Veyon 4) or a QUuid (Veyon 5) each. `empty`: what no
 * method means.
 */
export async function readMethodOffer(
  stream: ByteStream,
  generationIfEmpty: Generation,
): Promise<MethodOffer> {
  const [count, ...types] = await readMessage(stream, handshakeMessageBytesMax);
  if (count?.type !== "Int" || count.value < 0 || count.value > methodsMax) {
    throw new ProtocolError(
      `Cannot read authentication methods: count ${describe(count)}, wanted Int 0 to ${methodsMax}`,
    );
  }
  if (types.length !== count.value) {
    throw new ProtocolError(
      `Cannot read authentication methods: ${types.length} listed, ${count.value} announced`,
    );
  }
  if (types.some(({ type }) => type !== types[0].type)) {
    throw new ProtocolError("Cannot read authentication methods: found several types in one list");
  }
  const methods = types.map(toMethod).filter((method) => method !== null);
  const isVeyon5 = types.length > 0 ? types[0].type === "QUuid" : generationIfEmpty === 5;
  return { generation: isVeyon5 ? 5 : 4, methods: [...new Set(methods)] };
}

function toMethod(type: Variant): AuthenticationMethod | null {
  if (type.type === "Int") return methodByVeyon4Type(type.value);
  if (type.type === "QUuid") return methodByUuid(type.value);
  throw new ProtocolError(
    `Cannot read authentication methods: found ${type.type}, wanted Int or QUuid`,
  );
}

/**
 * Logs in; returns after RFB's SecurityResult. `userName`: who is asking, for the host's access
 * rules and dialogs. Throws AuthenticationError when the host refuses, and what `sign` throws.
 */
export async function authenticate(
  stream: ByteStream,
  sink: ByteSink,
  generation: Generation,
  credentials: Credentials,
  userName: string,
  sign: Sign,
): Promise<void> {
  try {
    await chooseMethod(stream, sink, generation, credentials, userName);
    if (credentials.method === "AuthKeys") {
      await proveKey(stream, sink, credentials.keyName, credentials.privateKey, sign);
    } else {
      await sendPassword(stream, sink, generation, credentials);
    }
    await readSecurityResult(stream);
  } catch (error) {
    if (!(error instanceof EndOfStreamError)) throw error;
    throw new AuthenticationError("the host closed the connection on these credentials", {
      cause: error,
    });
  }
}

async function chooseMethod(
  stream: ByteStream,
  sink: ByteSink,
  generation: Generation,
  credentials: Credentials,
  userName: string,
): Promise<void> {
  const { method } = credentials;
  const type = generation === 5 ? uuid(methodUuid(method)) : int(veyon4Type(method)!);
  const user = "username" in credentials ? credentials.username : userName;
  sink.send(encodeMessage([type, string(user)]));
  const acknowledgement = await readMessage(stream, handshakeMessageBytesMax);
  if (acknowledgement.length > 0) {
    throw new ProtocolError(
      `Cannot read acknowledgement: ${acknowledgement.length} values in it, wanted none`,
    );
  }
}

async function proveKey(
  stream: ByteStream,
  sink: ByteSink,
  keyName: string,
  privateKey: KeyObject,
  sign: Sign,
): Promise<void> {
  const [challenge] = await readMessage(stream, handshakeMessageBytesMax);
  if (challenge?.type !== "QByteArray" || challenge.value === null) {
    throw new ProtocolError(`Cannot read challenge: ${describe(challenge)}, wanted QByteArray`);
  }
  const signature = await sign(challenge.value, privateKey);
  sink.send(encodeMessage([string(keyName), byteArray(signature)]));
}

async function sendPassword(
  stream: ByteStream,
  sink: ByteSink,
  generation: Generation,
  credentials: Exclude<Credentials, { method: "AuthKeys" }>,
): Promise<void> {
  const [publicKey] = await readMessage(stream, handshakeMessageBytesMax);
  if (publicKey?.type !== "QString" || publicKey.value === null) {
    throw new ProtocolError(`Cannot read public key: ${describe(publicKey)}, wanted QString`);
  }
  const password = byteArray(encrypt(credentials.password, publicKey.value));
  const withUser = generation === 5 && "username" in credentials;
  sink.send(encodeMessage(withUser ? [string(credentials.username), password] : [password]));
}

function encrypt(password: string, publicKeyPem: string): Uint8Array {
  try {
    return encryptPassword(password, publicKeyPem);
  } catch (cause) {
    throw new ProtocolError("Cannot encrypt the password with the key that the host sent", {
      cause,
    });
  }
}

function describe(variant: Variant | undefined): string {
  if (variant === undefined) return "missing";
  if (variant.type === "Int") return `Int ${variant.value}`;
  return "value" in variant && variant.value === null ? `null ${variant.type}` : variant.type;
}
