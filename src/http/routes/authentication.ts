import { Hono } from "hono";
import { z } from "zod";
import type { Authenticator } from "../../hosts/authenticator.ts";
import { mismatch } from "../../hosts/features/mismatch.ts";
import { parseHostAddress } from "../../hosts/host-address.ts";
import type { Host } from "../../hosts/host.ts";
import type { MethodProbe } from "../../hosts/method-probe.ts";
import type { PictureEncoder } from "../../image/picture-encoder.ts";
import type { Logger } from "../../log.ts";
import { nilUuid, parseUuid } from "../../qt/uuid.ts";
import { methodByUuid, methodUuid } from "../../veyon/authentication-methods.ts";
import { ApiConnection, type ApiConnectionPool } from "../api-connection.ts";
import { readCredentials } from "../credentials.ts";
import type { AppEnvironment } from "../environment.ts";
import { ApiError } from "../errors.ts";
import { jsonResponse } from "../json-response.ts";
import { loginLog } from "../login-log.ts";
import { namedHost } from "../named-host.ts";
import { parseBody } from "../parse.ts";
import { withConnection } from "../with-connection.ts";

export interface AuthenticationOptions {
  readonly authenticator: Authenticator;
  readonly probe: MethodProbe;
  readonly pool: ApiConnectionPool;
  readonly veyonServerPort: number;
  readonly demoServerPort: number;
  readonly createPictureEncoder: () => PictureEncoder;
  readonly log: Logger;
}

/** Logins that may be under way at once; each holds a socket. */
const loginsMax = 512;

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
  const { authenticator, probe, pool, veyonServerPort, demoServerPort, log } = options;
  let loginCount = 0;

  function connectionsExceeded(): ApiError {
    const { connectionsMax } = pool.limits;
    const details = `${connectionsMax} connections are open, the limit of WebAPI/ConnectionLimit`;
    return new ApiError("ConnectionLimitReached", details);
  }

  function checkLimits(): void {
    if (pool.isFull) throw connectionsExceeded();
    if (loginCount < loginsMax) return;
    const details = `${loginsMax} logins are under way, the limit of this server`;
    throw new ApiError("ConnectionLimitReached", details);
  }

  function open(host: Host) {
    const content = new ApiConnection(host, options.createPictureEncoder(), demoServerPort);
    const connection = pool.add(content);
    if (connection !== null) return connection;
    content.close("limit");
    throw connectionsExceeded();
  }

  return (
    new Hono<AppEnvironment>()
      .get("/:host", namedHost(veyonServerPort), async (c) => {
        const address = parseHostAddress(c.req.param("host"), veyonServerPort);
        const methods = await probe.methods(address);
        return jsonResponse({ methods: methods.map(methodUuid) });
      })
      .post("/:host", namedHost(veyonServerPort), loginLog(log), async (c) => {
        checkLimits();
        const { method: uuid, credentials } = await parseBody(loginSchema, c.req.raw);
        const method = methodByUuid(uuid);
        c.set("loginMethod", method ?? "unknown");
        const { signal } = c.req.raw;
        loginCount++;
        try {
          const host = await authenticator.logIn({
            address: parseHostAddress(c.req.param("host"), veyonServerPort),
            method,
            credentials: (offered) => readCredentials(offered, credentials),
            signal,
          });
          const connection = open(host);
          // A caller that has gone will never learn the uid.
          if (signal.aborted) pool.close(connection.uid, "abandoned");
          c.set("connectionSerial", connection.serial);
          return jsonResponse({
            "connection-uid": connection.uid,
            validUntil: Math.floor(connection.validUntilMs / 1000),
          });
        } finally {
          loginCount--;
        }
      })
      // Only the header counts; the host may be empty, with and without its slash.
      .on("DELETE", ["/", "/:host{[^/]*}"], withConnection(pool), (c) => {
        pool.close(c.get("connection").uid, "DELETE");
        return jsonResponse({});
      })
  );
}
