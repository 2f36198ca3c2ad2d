/** What the document of the API says of the arguments of each feature. */
import type { OpenAPIV3_1 } from "openapi-types";
import { z } from "zod";
import type { Feature } from "../../hosts/features/feature.ts";
import { features } from "../../hosts/features/table.ts";
import type { Uuid } from "../../qt/uuid.ts";
import type { Body } from "../openapi/operation.ts";

type Schema = OpenAPIV3_1.SchemaObject;

/** An example for every feature that has arguments. */
const examples: Readonly<Record<string, object>> = {
  DemoServer: { demoAccessToken: "room1" },
  FullScreenDemo: { demoAccessToken: "room1", demoServerHost: "room1-pc1" },
  WindowDemo: { demoAccessToken: "room1", demoServerHost: "room1-pc1" },
  StartApp: { applications: ["/usr/bin/xterm"] },
  OpenWebsite: { websiteUrls: ["https://veyon.io"] },
  PowerDownDelayed: { shutdownTimeout: 60 },
  RemoteView: { hostName: "room1-pc2" },
  RemoteControl: { hostName: "room1-pc2" },
  ClipboardExchange: { clipboardText: "a text" },
  TextMessage: { text: "Please look at the blackboard.", icon: 1 },
  UserLogin: { username: "ada", password: "veyon" },
};

const startable = features.filter(({ start }) => start !== null);

/** The UUIDs of those that can be started, with names for tools that make code of them. */
export const controllable = {
  type: "string",
  format: "uuid",
  enum: startable.map(({ uid }) => uid),
  "x-enum-varnames": startable.map(({ name }) => name),
} as OpenAPIV3_1.ParameterObject["schema"] & object;

const published: readonly [feature: Feature, schema: Schema][] = startable.flatMap((feature) => {
  const schema = argumentsOf(feature);
  return schema === null ? [] : [[feature, schema] as [Feature, Schema]];
});

const nameOf = ({ name }: Feature) => `${name}Arguments`;
const reference = (feature: Feature) => ({ $ref: `#/components/schemas/${nameOf(feature)}` });

/** Components of the document. */
export const argumentSchemas: Readonly<Record<string, Schema>> = Object.fromEntries(
  published.map(([feature, schema]) => [nameOf(feature), schema]),
);

/** Which of them belongs to which feature. */
export const argumentsByUid: Readonly<Record<Uuid, object>> = Object.fromEntries(
  published.map(([feature]) => [feature.uid, reference(feature)]),
);

export const featureTable = `| Feature | UUID | Arguments |
| --- | --- | --- |
${startable.map((feature) => `| ${feature.name} | \`${feature.uid}\` | ${argumentNames(feature)} |`).join("\n")}`;

const withoutArguments = {
  Stop: { summary: "Stop any feature", value: { active: false } },
  Start: { summary: "Start one without arguments", value: { active: true } },
};

export const publishedControl: Body = {
  schema: {
    type: "object",
    required: ["active"],
    additionalProperties: false,
    properties: {
      active: { type: "boolean", description: "Whether to start it, or to stop it." },
      arguments: {
        description: "For starting; those of the feature.",
        anyOf: [
          ...published.map(([feature]) => reference(feature)),
          { type: "object", maxProperties: 0 },
        ],
      },
    },
  },
  examples: {
    ...withoutArguments,
    ...Object.fromEntries(
      published.map(([{ name, uid }]) => {
        const value = { active: true, arguments: examples[name] };
        return [name, { summary: `${name}: ${uid}`, value }];
      }),
    ),
  },
};

/**
 * Null for one without. Names that are there for the sake of older clients are left out, and what
 * has taken their place is wanted.
 */
function argumentsOf({ start }: Feature): Schema | null {
  if (start === null) return null;
  const { properties = {}, required = [], type } = z.toJSONSchema(start.arguments, { io: "input" });
  if (type !== "object") return null;
  const isCurrent = ([, property]: [string, unknown]) => !(property as Schema).deprecated;
  return {
    type,
    properties: Object.fromEntries(Object.entries(properties).filter(isCurrent)) as never,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function argumentNames({ name }: Feature): string {
  const schema = argumentSchemas[`${name}Arguments`];
  if (schema === undefined) return "";
  return Object.keys(schema.properties ?? {})
    .map((each) => (schema.required?.includes(each) ? `**${each}**` : each))
    .join(", ");
}
