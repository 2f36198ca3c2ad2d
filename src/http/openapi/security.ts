import type { OpenAPIV3_1 } from "openapi-types";

/**
 * What a request has to show: the header Connection-Uid; that, or a ticket; or nothing. Where the
 * server wants access tokens it has to show one too, unless it is open to everybody.
 */
export type Access = "connection" | "stream" | "server" | "everybody";

/** Schemes of security, as components of the document. */
export const securitySchemes = {
  connectionUid: {
    type: "apiKey",
    in: "header",
    name: "Connection-Uid",
    description:
      "What `POST /api/v1/authentication/{host}` answers. It opens the computer to whoever has it.",
  },
  ticket: {
    type: "apiKey",
    in: "query",
    name: "ticket",
    description:
      "For what cannot send a header: what `POST /api/v1/ticket` answers, good for one stream.",
  },
  accessToken: {
    type: "http",
    scheme: "bearer",
    description: "Wanted by servers with `WebAPI/AccessTokensFile`, beside the others.",
  },
} satisfies Record<string, OpenAPIV3_1.SecuritySchemeObject>;

type Requirement = Readonly<Partial<Record<keyof typeof securitySchemes, readonly string[]>>>;

const own: Readonly<Record<Access, readonly Requirement[]>> = {
  connection: [{ connectionUid: [] }],
  stream: [{ connectionUid: [] }, { ticket: [] }],
  server: [{}],
  everybody: [{}],
};

/** Any of these. */
export function security(access: Access): Requirement[] {
  if (access === "everybody") return [{}];
  return [...own[access], ...own[access].map((each) => ({ ...each, accessToken: [] }))];
}
