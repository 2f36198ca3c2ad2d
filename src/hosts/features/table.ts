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
import * as notStartable from "./not-startable.ts";
import { userLogin } from "./user-login.ts";

/** All features of Veyon 4.11.1 in its own order, in which parents come before their children. */
export const features: readonly Feature[] = [
  notStartable.demo,
  demoServer,
  fullScreenDemo,
  windowDemo,
  notStartable.shareOwnScreenFullScreen,
  notStartable.shareOwnScreenWindow,
  notStartable.shareUserScreenFullScreen,
  notStartable.shareUserScreenWindow,
  startApp,
  openWebsite,
  notStartable.distributeFiles,
  fileCollect,
  notStartable.powerOn,
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
  notStartable.screenshot,
  textMessage,
  userLogin,
  power.userLogoff,
  notStartable.systemTrayIcon,
  notStartable.monitoringMode,
  notStartable.queryApplicationVersion,
  notStartable.queryActiveFeatures,
  notStartable.userInfo,
  notStartable.sessionInfo,
  notStartable.queryScreens,
  notStartable.identifyUser,
  notStartable.desktopAccessDialog,
  notStartable.accessControlProvider,
];

const byUid: ReadonlyMap<Uuid, Feature> = new Map(
  features.map((feature) => [feature.uid, feature]),
);

export function featureByUid(uid: Uuid): Feature | null {
  return byUid.get(uid) ?? null;
}
