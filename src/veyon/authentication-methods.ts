import type { Uuid } from "../qt/uuid.ts";

/** A way to log in, by the name that Veyon gives it. */
export type AuthenticationMethod = "AuthKeys" | "AuthLogon" | "AuthLDAP" | "AuthSimple";

interface MethodNumbers {
  readonly method: AuthenticationMethod;
  /** The id in the WebAPI, and on the wire of Veyon 5. */
  readonly uuid: Uuid;
  /** The number on the wire of Veyon 4, where there is one. */
  readonly veyon4Type: number | null;
}

const methods: readonly MethodNumbers[] = [
  { method: "AuthKeys", uuid: "0c69b301-81b4-42d6-8fae-128cdd113314", veyon4Type: 3 },
  { method: "AuthLogon", uuid: "63611f7c-b457-42c7-832e-67d0f9281085", veyon4Type: 4 },
  { method: "AuthLDAP", uuid: "6f0a491e-c1c6-4338-8244-f823b0bf8670", veyon4Type: null },
  { method: "AuthSimple", uuid: "73430b14-ef69-4c75-a145-ba635d1cc676", veyon4Type: null },
];

const byName = new Map(methods.map((numbers) => [numbers.method, numbers]));
const byUuid = new Map(methods.map((numbers) => [numbers.uuid, numbers]));
const byVeyon4Type = new Map(methods.map((numbers) => [numbers.veyon4Type, numbers]));

export function methodUuid(method: AuthenticationMethod): Uuid {
  return byName.get(method)!.uuid;
}

export function veyon4Type(method: AuthenticationMethod): number | null {
  return byName.get(method)!.veyon4Type;
}

export function methodByUuid(uuid: Uuid): AuthenticationMethod | null {
  return byUuid.get(uuid)?.method ?? null;
}

export function methodByVeyon4Type(type: number): AuthenticationMethod | null {
  return byVeyon4Type.get(type)?.method ?? null;
}
