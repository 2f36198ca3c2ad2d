import { nilUuid, type Uuid } from "../../qt/uuid.ts";
import { string } from "../../qt/variant.ts";
import { argumentsObject, text } from "./argument-schemas.ts";
import { type Feature, nothingToStop, startWith } from "./feature.ts";
import { clipboardMessage } from "../../veyon/clipboard-message.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

const viewerSchema = argumentsObject({
  hostName: text.describe("The computer that the viewer shows."),
});

/**
 * Opens a viewer for `hostName` on the computer that gets the message; looking at that computer
 * needs no message.
 */
const viewer = (uid: Uuid, name: string): Feature => ({
  uid,
  name,
  parentUid: nilUuid,
  start: startWith(viewerSchema, ({ hostName }) => [
    {
      feature: uid,
      command: 0,
      arguments: [[{ number: 0, name: "HostName" }, string(hostName)]],
    },
  ]),
  stop: nothingToStop,
});

export const remoteView = viewer(featureIds.remoteView, "RemoteView");
export const remoteControl = viewer(featureIds.remoteControl, "RemoteControl");

/**
 * Sets the text of the host's clipboard. The reference sends the host's name in its place, which
 * does nothing.
 */
export const clipboardExchange: Feature = {
  uid: featureIds.clipboardExchange,
  name: "ClipboardExchange",
  parentUid: nilUuid,
  start: startWith(
    argumentsObject({ clipboardText: text.describe("New text of the clipboard.") }),
    ({ clipboardText }) => [clipboardMessage(clipboardText)],
  ),
  stop: nothingToStop,
};
