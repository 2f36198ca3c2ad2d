import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { z } from "zod";
import type { Guess, GuessLimit } from "../../access/guess-limit.ts";
import { comparedName } from "../../access/host-list.ts";
import { parseIpAddress } from "../../access/ip-address.ts";
import type { KeyDirectory } from "../../access/key-directory.ts";
import { hostScopes } from "../../access/scopes.ts";
import {
  formatHostAddress,
  type HostAddress,
  parseHostAddress,
} from "../../connect/host-address.ts";
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
import type { RequestBodies } from "../request-bodies.ts";
import { readCredentials } from "./credentials.ts";
import { KnownNames } from "./known-names.ts";
import { readKeptKey } from "./kept-key.ts";
import { loginLog } from "./login-log.ts";
import { namedHost } from "./named-host.ts";
import { parseBody } from "./parse.ts";
import { withConnection } from "./with-connection.ts";

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

export function authenticationRoutes(options: AuthenticationOptions) {
  const { bodies, probe, logins, connections, veyonServerPort, keys, guesses, log, observer } =
    options;
  const knownNames = new KnownNames();
  const toAddress = (text: string) => parseHostAddress(text, veyonServerPort);
  const named = z.object({ host: z.string().transform(toAddress) });
  const mayLogIn = requireScope(...hostScopes);
  return (
    new Hono<AppEnvironment>()
      .get(
        "/:host",
        namedHost(veyonServerPort),
        mayLogIn,
        zValidator("param", named),
        async (c) => {
          const methods = await probe.methods(c.req.valid("param").host, asker(c));
          return jsonResponse({ methods: methods.map(methodUuid) });
        },
      )
      .post("/:host", namedHost(veyonServerPort), loginLog(log, observer), mayLogIn, async (c) => {
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
            const opened = await guesses.run(guess, asking.signal, logIn, areRefusedCredentials);
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
      // Only the header counts; the host may be empty, with and without its slash.
      .on("DELETE", ["/", "/:host{[^/]*}"], withConnection(connections, null), (c) => {
        connections.close(c.get("connection").uid, "DELETE");
        return jsonResponse({});
      })
  );
}

/** Not by rules of access, which say nothing about credentials. */
function areRefusedCredentials(error: unknown): boolean {
  return error instanceof HostError && error.failure === "credentials-refused";
}

/** One spelling for all of a host. */
function comparedHost({ host, port }: HostAddress): string {
  return formatHostAddress({ host: parseIpAddress(host)?.text ?? comparedName(host), port });
}
