/**
 * Client for the REST API of computers that run Veyon, on any runtime with fetch:
 *
 *     const school = new VeyonWebApi("http://localhost:11080");
 *     const computer = await school.logIn("room1-pc1", { username, password });
 *     const { bytes } = await computer.picture({ format: "jpeg", width: 640 });
 *     await computer.start("TextMessage", { text: "Please look at the blackboard." });
 *     for await (const event of computer.events()) console.log(event);
 */
export { ApiError } from "./api-error.ts";
export type {
  Broadcast,
  BroadcastTarget,
  Computer,
  ConnectionState,
  Feature,
  FeatureName,
  Picture,
  PictureOptions,
  Session,
  StreamOptions,
  User,
} from "./computer.ts";
export type { Credentials } from "./credentials.ts";
export type { FeatureArguments } from "./generated/features.gen.ts";
export { featureUids } from "./generated/features.gen.ts";
export type { Screen } from "./generated/types.gen.ts";
export type { LiveEvent } from "./live-events.ts";
export { VeyonWebApi, type VeyonWebApiOptions } from "./server.ts";
