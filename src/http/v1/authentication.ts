import { zValidator } from "@hono/zod-validator";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Guess, GuessLimit } from "../../access/guess-limit.ts";
import type { KeyDirectory } from "../../access/key-directory.ts";
import { hostScopes } from "../../access/scopes.ts";
import { comparedHost, formatHostAddress, parseHostAddress } from "../../connect/host-address.ts";
import { HostError } from "../../connect/host-error.ts";
import type { MethodProbe } from "../../connect/method-probe.ts";
import { mismatch } from "../../hosts/features/mismatch.ts";
import type { Logger } from "../../log/logger.ts";
import { nilUuid, parseUuid } from "../../qt/uuid.ts";
import { methodByUuid, methodUuid } from "../../veyon/authentication-methods.ts";
import { type LoginName, loginName } from "../../watch/login-name.ts";
import type { Logins } from "../../watch/logins.ts";
import type { ApiObserver } from "../api-observer.ts";
import { requireScope } from "../access-control.ts";
import { audited } from "../audit.ts";
import type { ApiConnections, AppEnvironment } from "../environment.ts";
import { asker } from "../asker.ts";
import { ApiError } from "../errors.ts";
import { jsonResponse } from "../json-response.ts";
import { documented, type Operation } from "../openapi/operation.ts";
import { emptyAnswer, hostParameter, unixTime, uuid } from "../openapi/parameters.ts";
import type { RequestBodies } from "../request-bodies.ts";
import { publishedLogin, readCredentials } from "./credentials.ts";
import { KnownNames } from "./known-names.ts";
import { readKeptKey } from "./kept-key.ts";
import { loginLog } from "./login-log.ts";
import { namedHost } from "./named-host.ts";
import { parseBody } from "./parse.ts";
import { type WithConnection, withConnection } from "./with-connection.ts";

/** A private key of 16384 bits, whose line breaks are escaped, is 13 KB. */
const loginBytesMax = 64 * 1024;

export interface AuthenticationOptions {
  readonly bodies: RequestBodies;
  readonly probe: MethodProbe;
  readonly logins: Logins;
  readonly connections: ApiConnections;
  readonly veyonServerPort: number;
  /** Of this server, for those whose access token names one. */
  readonly keys: KeyDirectory;
  readonly guesses: GuessLimit;
  readonly log: Logger;
  readonly observer?: ApiObserver;
}

/** The nil UUID is what the reference makes of everything that is no UUID. */
const methodSchema = z.unknown().transform((value, context) => {
  const uuid = typeof value === "string" ? parseUuid(value) : null;
  if (uuid !== null && uuid !== nilUuid) return uuid;
  const message = uuid === nilUuid ? "is the nil UUID" : mismatch(value, "a UUID");
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

const loginSchema = z.object({ method: methodSchema, credentials: z.unknown().optional() });

const getMethods: Operation = {
  id: "getAuthenticationMethods",
  tag: "Connections",
  summary: "The ways to log in that a computer offers",
  access: "server",
  parameters: [hostParameter],
  answers: {
    200: {
      description: "UUIDs of methods; `logIn` names them",
      json: {
        schema: z.object({ methods: z.array(uuid) }).meta({ id: "AuthenticationMethods" }),
        example: { methods: [methodUuid("AuthKeys")] },
      },
    },
  },
  errors: ["ConnectionTimedOut", "ConnectionLimitReached", "ProtocolMismatch"],
};

const logIn: Operation = {
  id: "logIn",
  tag: "Connections",
  summary: "Log in to a computer",
  description:
    "The answer's `connection-uid` is what all further requests have in the header `Connection-Uid`. The connection ends after a minute without a request.",
  access: "server",
  parameters: [hostParameter],
  body: publishedLogin,
  answers: {
    200: {
      description: "The connection is open",
      json: {
        schema: z
          .object({ "connection-uid": uuid, validUntil: unixTime })
          .meta({ id: "Connection" }),
        example: {
          "connection-uid": "9f7c2f1e-3e0a-4f6e-8f5d-0a4f0d7c9b11",
          validUntil: 1_796_299_200,
        },
      },
    },
  },
  errors: [
    "InvalidCredentials",
    "AuthenticationMethodNotAvailable",
    "AuthenticationFailed",
    "TooManyRefusals",
    "ConnectionTimedOut",
    "ProtocolMismatch",
  ],
};

const logOff: Operation = {
  id: "logOff",
  tag: "Connections",
  summary: "Close a connection",
  description: "The header tells which; the host in the path does not matter.",
  access: "connection",
  parameters: [hostParameter],
  answers: { 200: { description: "It is closed", json: emptyAnswer } },
};

export function authenticationRoutes(options: AuthenticationOptions) {
  const { bodies, probe, logins, connections, veyonServerPort, keys, guesses, log, observer } =
    options;
  const knownNames = new KnownNames();
  const toAddress = (text: string) => parseHostAddress(text, veyonServerPort);
  const named = z.object({ host: z.string().transform(toAddress) });
  const mayLogIn = requireScope(...hostScopes);
  const forMethods = documented(getMethods, namedHost(veyonServerPort));
  const forLogin = documented(logIn, namedHost(veyonServerPort));
  const forLogOff = documented(logOff, withConnection(connections, null));
  const close = (c: Context<WithConnection>) => {
    connections.close(c.get("connection").uid, "DELETE");
    return jsonResponse({});
  };
  return (
    new Hono<AppEnvironment>()
      .get("/:host", forMethods, mayLogIn, zValidator("param", named), async (c) => {
        const methods = await probe.methods(c.req.valid("param").host, asker(c));
        return jsonResponse({ methods: methods.map(methodUuid) });
      })
      .post("/:host", forLogin, loginLog(log, observer), mayLogIn, async (c) => {
        const access = c.get("access") ?? null;
        let name: LoginName = {};
        const connection = await audited(
          c,
          log,
          "login",
          (isLetIn) => {
            if (isLetIn) knownNames.letIn(name);
            return { method: c.get("loginMethod"), ...knownNames.shown(name) };
          },
          async () => {
            const asking = asker(c);
            logins.checkLimits(asking.caller);
            const { method: uuid, credentials } = parseBody(
              loginSchema,
              await bodies.read(c, loginBytesMax),
            );
            const method = methodByUuid(uuid);
            c.set("loginMethod", method ?? "unknown");
            // After the body, as the reference has it.
            const host = toAddress(c.req.param("host"));
            const guess: Guess = {
              client: access === null ? asking.caller : `the access token ${access.name}`,
              host: comparedHost(host),
              credentials: JSON.stringify([uuid, credentials]),
            };
            const logIn = () =>
              logins.open({
                address: host,
                owner: access?.id ?? null,
                method,
                credentials: async (offered) => {
                  const read =
                    (await readKeptKey(offered, credentials, access, keys)) ??
                    readCredentials(offered, credentials);
                  name = loginName(read);
                  return read;
                },
                ...asking,
                log: log.child({ request: c.get("requestId") }),
              });
            const opened = await guesses
              .run(guess, asking.signal, logIn, areRefusedCredentials)
              .catch((error: unknown) => {
                // What waits for its turn ends with the signal's reason, which may be no Error.
                const isGone = error === asking.signal.reason;
                throw isGone ? HostError.abandoned(formatHostAddress(host), error) : error;
              });
            c.set("connectionSerial", opened.serial);
            if (access?.isRevoked) {
              connections.close(opened.uid, "revoked");
              throw new ApiError(
                "TokenUnknown",
                "the access token has been changed or revoked meanwhile",
              );
            }
            return opened;
          },
        );
        return jsonResponse({
          "connection-uid": connection.uid,
          validUntil: Math.floor(connection.validUntilMs / 1000),
        });
      })
      .delete("/:host", forLogOff, close)
      // Only the header counts; the host may be empty, with and without its slash.
      .on("DELETE", ["/", "/:host{[^/]*}"], withConnection(connections, null), close)
  );
}

/** Not by rules of access, which say nothing about credentials. */
function areRefusedCredentials(error: unknown): boolean {
  return error instanceof HostError && error.failure === "credentials-refused";
}
