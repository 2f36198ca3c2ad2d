import { nilUuid, type Uuid } from "../../qt/uuid.ts";
import { demoUid } from "./demo.ts";
import { type Feature, nothingToStop } from "./feature.ts";

/** Features that are in the list and that no message of this API starts. */
const unsendable = (uid: Uuid, name: string, parentUid: Uuid = nilUuid): Feature => ({
  uid,
  name,
  parentUid,
  start: null,
  stop: nothingToStop,
});

export const demo = unsendable(demoUid, "Demo");
export const shareOwnScreenFullScreen = unsendable(
  "07b375e1-8ab6-4b48-bcb7-75fb3d56035b",
  "ShareOwnScreenFullScreen",
  demoUid,
);
export const shareOwnScreenWindow = unsendable(
  "68c55fb9-127e-4c9f-9c90-28b998bf1a47",
  "ShareOwnScreenWindow",
  demoUid,
);
export const shareUserScreenFullScreen = unsendable(
  "b4e542e2-1deb-48ac-910a-bbf8ac9a0bde",
  "ShareUserScreenFullScreen",
  demoUid,
);
export const shareUserScreenWindow = unsendable(
  "ebfc5ec4-f725-4bfc-a93a-c6d4864c6806",
  "ShareUserScreenWindow",
  demoUid,
);
/** Needs files, for which the API has no place. */
export const distributeFiles = unsendable(
  "4a70bd5a-fab2-4a4b-a92a-a1e81d2b75ed",
  "DistributeFiles",
);
/** Is a Wake-on-LAN packet, and the API knows no MAC address. */
export const powerOn = unsendable("f483c659-b5e7-4dbc-bd91-2c9403e70ebd", "PowerOn");
/** Is made by a viewer from its own picture: GET framebuffer. */
export const screenshot = unsendable("d5ee3aac-2a87-4d05-b827-0c20344490bd", "Screenshot");
export const systemTrayIcon = unsendable("8e997d84-ebb9-430f-8f72-d45d9821963d", "SystemTrayIcon");
export const monitoringMode = unsendable("edad8259-b4ef-4ca5-90e6-f238d0fda694", "MonitoringMode");
export const queryApplicationVersion = unsendable(
  "58f5d5d5-9929-48f4-a995-f221c150ae26",
  "QueryApplicationVersion",
);
export const queryActiveFeatures = unsendable(
  "a0a96fba-425d-414a-aaf4-352b76d7c4f3",
  "QueryActiveFeatures",
);
export const userInfo = unsendable("79a5e74d-50bd-4aab-8012-0e70dc08cc72", "UserInfo");
export const sessionInfo = unsendable("699ed9dd-f58b-477b-a0af-df8105571b3c", "SessionInfo");
export const queryScreens = unsendable("d5bbc486-7bc5-4c36-a9a8-1566c8b0091a", "QueryScreens");
export const identifyUser = unsendable("7310707d-3918-460d-a949-b060bcc4074e", "IdentifyUser");
export const desktopAccessDialog = unsendable(
  "3dd8ec3e-7004-4936-8f2a-70699b9819be",
  "DesktopAccessDialog",
);
export const accessControlProvider = unsendable(
  "1815941e-eaef-43ab-b9cd-5403dca3f749",
  "AccessControlProvider",
);
