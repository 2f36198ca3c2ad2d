/** The recorded exchanges with Veyon's own WebAPI: fixtures/http, see fixtures/README.md. */
import { fixture } from "../../support/transcript.ts";

export interface Exchange {
  readonly label: string;
  readonly request: {
    readonly method: string;
    /** With `<host:port>` where the host stood. */
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly rawBody?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: { readonly text?: string; readonly base64?: string; readonly length?: number };
  };
}

export function referenceExchanges(version: string): readonly Exchange[] {
  return JSON.parse(fixture(`http/webapi-${version}.json`)).exchanges;
}

/**
 * Where ours answers otherwise on purpose: the reference's version (absent: both), what it was
 * asked, why.
 */
export interface Difference {
  readonly version?: string;
  readonly label: string;
  readonly why: string;
  readonly status: number;
  /** The whole body as text; absent: not compared here. */
  readonly text?: string;
}

const user = '{"fullName":"Fixture Pupil","login":"vyfixture","session":0}';
const bothGenerations = "clients of 4.7 read `session` here, newer ones do not mind it";
const newer = "the newest version's route";

export const differences: readonly Difference[] = [
  {
    label: "framebuffer format=bmp",
    why: "only png and jpeg are documented; the others depend on Qt's plug-ins",
    status: 503,
    text: '{"error":{"code":9,"message":"Unsupported image format"}}',
  },
  ...["user", "user, lower-case header", "user, braces"].map((label) => ({
    version: "4.11.1",
    label,
    why: bothGenerations,
    status: 200,
    text: user,
  })),
  {
    version: "4.7.5",
    label: "session",
    why: newer,
    status: 200,
    text: '{"sessionClientAddress":"","sessionClientName":"","sessionHostName":"vm","sessionId":0,"sessionUptime":-1}',
  },
  {
    version: "4.7.5",
    label: "hoststate",
    why: newer,
    status: 200,
    text: '{"state":"online"}',
  },
  {
    version: "4.7.5",
    label: "feature list",
    why: "names and features are those of the newest version",
    status: 200,
  },
];
