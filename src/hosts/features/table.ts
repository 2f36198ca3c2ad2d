import type { Uuid } from "../../qt/uuid.ts";
import { demoServer, fullScreenDemo, windowDemo } from "./demo.ts";
import type { Feature } from "./feature.ts";
import { fileCollect } from "./file-collect.ts";
import { inputDevicesLock, screenLock } from "./locks.ts";
import { openWebsite } from "./open-website.ts";
import * as power from "./power.ts";
import { clipboardExchange, remoteControl, remoteView } from "./remote-access.ts";
import { startApp } from "./start-app.ts";
import { textMessage } from "./text-message.ts";
import * as unsendable from "./unsendable.ts";
import { userLogin } from "./user-login.ts";

/** All features of Veyon 4.11.1 in its own order, in which parents come before their children. */
export const features: readonly Feature[] = [
  unsendable.demo,
  demoServer,
  fullScreenDemo,
  windowDemo,
  unsendable.shareOwnScreenFullScreen,
  unsendable.shareOwnScreenWindow,
  unsendable.shareUserScreenFullScreen,
  unsendable.shareUserScreenWindow,
  startApp,
  openWebsite,
  unsendable.distributeFiles,
  fileCollect,
  unsendable.powerOn,
  power.reboot,
  power.powerDown,
  power.powerDownNow,
  power.installUpdatesAndPowerDown,
  power.powerDownConfirmed,
  power.powerDownDelayed,
  remoteView,
  remoteControl,
  clipboardExchange,
  screenLock,
  inputDevicesLock,
  unsendable.screenshot,
  textMessage,
  userLogin,
  power.userLogoff,
  unsendable.systemTrayIcon,
  unsendable.monitoringMode,
  unsendable.queryApplicationVersion,
  unsendable.queryActiveFeatures,
  unsendable.userInfo,
  unsendable.sessionInfo,
  unsendable.queryScreens,
  unsendable.identifyUser,
  unsendable.desktopAccessDialog,
  unsendable.accessControlProvider,
];

const byUid: ReadonlyMap<Uuid, Feature> = new Map(
  features.map((feature) => [feature.uid, feature]),
);

export function featureByUid(uid: Uuid): Feature | null {
  return byUid.get(uid) ?? null;
}
