import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  randomBytes,
  verify,
} from "node:crypto";
import { promisify } from "node:util";
import { ProtocolError } from "../../bytes/errors.ts";
import type { Uuid } from "../../qt/uuid.ts";
import { byteArray, int, string, uuid, type Variant } from "../../qt/variant.ts";
import { encodeMessage } from "../../veyon/message.ts";
import type { SimConnection } from "./sim-connection.ts";
import { readSimMessage } from "./sim-message.ts";
import type { SimCredentials } from "../sim-options.ts";
import type { SimTraits } from "../sim-traits.ts";

interface Method {
  readonly name: "AuthKeys" | "AuthLogon" | "AuthLDAP" | "AuthSimple";
  /** Veyon 4's number; null: exists in Veyon 5 only. */
  readonly number: number | null;
  readonly uuid: Uuid;
  /** The part of the credentials that makes a host offer it. */
  readonly needs: keyof SimCredentials;
}

/** In the ascending order of their UUIDs, as a Veyon 5 host lists them. */
const methods: readonly Method[] = [
  {
    name: "AuthKeys",
    number: 3,
    uuid: "0c69b301-81b4-42d6-8fae-128cdd113314",
    needs: "publicKeys",
  },
  {
    name: "AuthLogon",
    number: 4,
    uuid: "63611f7c-b457-42c7-832e-67d0f9281085",
    needs: "accounts",
  },
  {
    name: "AuthLDAP",
    number: null,
    uuid: "6f0a491e-c1c6-4338-8244-f823b0bf8670",
    needs: "ldapAccounts",
  },
  {
    name: "AuthSimple",
    number: null,
    uuid: "73430b14-ef69-4c75-a145-ba635d1cc676",
    needs: "sharedPassword",
  },
];

/** A real host makes a key of 4096 bits for each login, which takes it seconds. */
const generatedKeyBits = 2048;
const userNameUnitsMax = 256;
let generatedKey: Promise<KeyObject> | null = null;

/**
 * The client's user name. Throws ProtocolError if it is not let in: the host then closes without a
 * word.
 */
export async function authenticate(
  connection: SimConnection,
  credentials: SimCredentials,
  traits: SimTraits,
): Promise<string> {
  const offered = offeredMethods(credentials, traits);
  const identify = ({ number, uuid: id }: Method) => (traits.veyon5 ? uuid(id) : int(number ?? 0));
  const list = offered.length > 0 ? [int(offered.length), ...offered.map(identify)] : [int(0)];
  await connection.send("methods", encodeMessage(list));

  const [choice, name] = await readSimMessage(connection, traits);
  const method = offered.find((one) => Bun.deepEquals(identify(one), choice));
  if (method === undefined) throw new ProtocolError("Login refused: method not offered");
  const userName = text(name);
  if (traits.limitsUserName && userName.length > userNameUnitsMax) {
    throw new ProtocolError("Login refused: user name too long");
  }
  if (method.name !== "AuthKeys") {
    return checkPassword(connection, method.name, userName, credentials, traits);
  }
  await checkSignature(connection, credentials.publicKeys ?? {}, traits);
  return userName;
}

function offeredMethods(credentials: SimCredentials, traits: SimTraits): readonly Method[] {
  const offered = methods.filter(({ needs }) => credentials[needs] !== undefined);
  return traits.veyon5 ? offered : offered.filter(({ number }) => number !== null).slice(0, 1);
}

async function checkSignature(
  connection: SimConnection,
  publicKeys: Readonly<Record<string, string>>,
  traits: SimTraits,
): Promise<void> {
  await connection.send("acknowledgement", encodeMessage([]));
  const challenge = new Uint8Array(randomBytes(128));
  if (!traits.hardened) challenge[0] |= 0x80;
  await connection.send("challenge", encodeMessage([byteArray(challenge)]));
  const [keyName, signature] = await readSimMessage(connection, traits);
  const publicKey = entry(publicKeys, text(keyName));
  if (publicKey === null || !verify("sha512", challenge, publicKey, bytes(signature))) {
    throw new ProtocolError("Login refused: unknown key or wrong signature");
  }
}

/**
 * The name that access rules see: with AuthLogon and AuthLDAP in Veyon 5 the one that came with the
 * password.
 */
async function checkPassword(
  connection: SimConnection,
  method: "AuthLogon" | "AuthLDAP" | "AuthSimple",
  userName: string,
  credentials: SimCredentials,
  traits: SimTraits,
): Promise<string> {
  const privateKey = await passwordKey(credentials);
  await connection.send("acknowledgement", encodeMessage([]));
  const pem = createPublicKey(privateKey).export({ type: "spki", format: "pem" });
  await connection.send("publicKey", encodeMessage([string(String(pem))]));

  const answer = await readSimMessage(connection, traits);
  const isNamed = traits.veyon5 && method !== "AuthSimple";
  const account = isNamed ? text(answer[0]) : userName;
  const password = decryptPassword(bytes(answer[isNamed ? 1 : 0]), privateKey);
  if (password === null || password !== passwordOf(method, account, credentials)) {
    throw new ProtocolError("Login refused: wrong user name or password");
  }
  return account;
}

function passwordOf(
  method: "AuthLogon" | "AuthLDAP" | "AuthSimple",
  account: string,
  { accounts = {}, ldapAccounts = {}, sharedPassword }: SimCredentials,
): string | null {
  if (method === "AuthSimple") return sharedPassword ?? null;
  return entry(method === "AuthLogon" ? accounts : ldapAccounts, account);
}

function entry(record: Readonly<Record<string, string>>, key: string): string | null {
  return Object.hasOwn(record, key) ? record[key] : null;
}

function passwordKey(credentials: SimCredentials): Promise<KeyObject> {
  if (credentials.passwordPrivateKey !== undefined) {
    return Promise.resolve(createPrivateKey(credentials.passwordPrivateKey));
  }
  generatedKey ??= promisify(generateKeyPair)("rsa", { modulusLength: generatedKeyBits }).then(
    (pair) => pair.privateKey,
  );
  return generatedKey;
}

function decryptPassword(encrypted: Uint8Array, key: KeyObject): string | null {
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    return privateDecrypt({ key, padding, oaepHash: "sha1" }, encrypted).toString("utf8");
  } catch {
    return null;
  }
}

function text(variant: Variant | undefined): string {
  return variant?.type === "QString" ? (variant.value ?? "") : "";
}

function bytes(variant: Variant | undefined): Uint8Array {
  return variant?.type === "QByteArray" ? (variant.value ?? new Uint8Array(0)) : new Uint8Array(0);
}
