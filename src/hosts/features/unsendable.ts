import { nilUuid, type Uuid } from "../../qt/uuid.ts";
import { type Feature, nothingToStop } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

/** Features that are in the list and that no message of this API starts. */
const unsendable = (uid: Uuid, name: string, parentUid: Uuid = nilUuid): Feature => ({
  uid,
  name,
  parentUid,
  start: null,
  stop: nothingToStop,
});

export const demo = unsendable(featureIds.demo, "Demo");
export const shareOwnScreenFullScreen = unsendable(
  featureIds.shareOwnScreenFullScreen,
  "ShareOwnScreenFullScreen",
  featureIds.demo,
);
export const shareOwnScreenWindow = unsendable(
  featureIds.shareOwnScreenWindow,
  "ShareOwnScreenWindow",
  featureIds.demo,
);
export const shareUserScreenFullScreen = unsendable(
  featureIds.shareUserScreenFullScreen,
  "ShareUserScreenFullScreen",
  featureIds.demo,
);
export const shareUserScreenWindow = unsendable(
  featureIds.shareUserScreenWindow,
  "ShareUserScreenWindow",
  featureIds.demo,
);
/** Needs files, for which the API has no place. */
export const distributeFiles = unsendable(featureIds.distributeFiles, "DistributeFiles");
/** Is a Wake-on-LAN packet, and the API knows no MAC address. */
export const powerOn = unsendable(featureIds.powerOn, "PowerOn");
/** Is made by a viewer from its own picture: GET framebuffer. */
export const screenshot = unsendable(featureIds.screenshot, "Screenshot");
export const systemTrayIcon = unsendable(featureIds.systemTrayIcon, "SystemTrayIcon");
export const monitoringMode = unsendable(featureIds.monitoringMode, "MonitoringMode");
export const queryApplicationVersion = unsendable(
  featureIds.queryApplicationVersion,
  "QueryApplicationVersion",
);
export const queryActiveFeatures = unsendable(
  featureIds.queryActiveFeatures,
  "QueryActiveFeatures",
);
export const userInfo = unsendable(featureIds.userInfo, "UserInfo");
export const sessionInfo = unsendable(featureIds.sessionInfo, "SessionInfo");
export const queryScreens = unsendable(featureIds.queryScreens, "QueryScreens");
export const identifyUser = unsendable(featureIds.identifyUser, "IdentifyUser");
export const desktopAccessDialog = unsendable(
  featureIds.desktopAccessDialog,
  "DesktopAccessDialog",
);
export const accessControlProvider = unsendable(
  featureIds.accessControlProvider,
  "AccessControlProvider",
);
