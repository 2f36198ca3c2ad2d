import { nilUuid, type Uuid } from "../../qt/uuid.ts";
import { type Feature, nothingToStop } from "./feature.ts";
import { featureIds } from "../../veyon/feature-ids.ts";

/** Features that are in the list and that no message of this API starts. */
const notStartable = (uid: Uuid, name: string, parentUid: Uuid = nilUuid): Feature => ({
  uid,
  name,
  parentUid,
  start: null,
  stop: nothingToStop,
});

export const demo = notStartable(featureIds.demo, "Demo");
export const shareOwnScreenFullScreen = notStartable(
  featureIds.shareOwnScreenFullScreen,
  "ShareOwnScreenFullScreen",
  featureIds.demo,
);
export const shareOwnScreenWindow = notStartable(
  featureIds.shareOwnScreenWindow,
  "ShareOwnScreenWindow",
  featureIds.demo,
);
export const shareUserScreenFullScreen = notStartable(
  featureIds.shareUserScreenFullScreen,
  "ShareUserScreenFullScreen",
  featureIds.demo,
);
export const shareUserScreenWindow = notStartable(
  featureIds.shareUserScreenWindow,
  "ShareUserScreenWindow",
  featureIds.demo,
);
/** Needs files, for which the API has no place. */
export const distributeFiles = notStartable(featureIds.distributeFiles, "DistributeFiles");
/** Is a Wake-on-LAN packet, and the API knows no MAC address. */
export const powerOn = notStartable(featureIds.powerOn, "PowerOn");
/** Is made by a viewer from its own picture: GET framebuffer. */
export const screenshot = notStartable(featureIds.screenshot, "Screenshot");
export const systemTrayIcon = notStartable(featureIds.systemTrayIcon, "SystemTrayIcon");
export const monitoringMode = notStartable(featureIds.monitoringMode, "MonitoringMode");
export const queryApplicationVersion = notStartable(
  featureIds.queryApplicationVersion,
  "QueryApplicationVersion",
);
export const queryActiveFeatures = notStartable(
  featureIds.queryActiveFeatures,
  "QueryActiveFeatures",
);
export const userInfo = notStartable(featureIds.userInfo, "UserInfo");
export const sessionInfo = notStartable(featureIds.sessionInfo, "SessionInfo");
export const queryScreens = notStartable(featureIds.queryScreens, "QueryScreens");
export const identifyUser = notStartable(featureIds.identifyUser, "IdentifyUser");
export const desktopAccessDialog = notStartable(
  featureIds.desktopAccessDialog,
  "DesktopAccessDialog",
);
export const accessControlProvider = notStartable(
  featureIds.accessControlProvider,
  "AccessControlProvider",
);
