/**
 * The values on Linux were seen with Veyon 4.7.5, as the files that `veyon-cli webapi runserver`
 * opens (by strace), but for doubled slashes, which mean nothing.
 */
import { expect, test } from "bun:test";
import { expandPlaceholders, type PlaceholderSystem } from "../../../src/config/placeholders.ts";

const linux: PlaceholderSystem = {
  platform: "linux",
  environment: {},
  homeDirectory: "/root",
  hostName: "vm",
  readFile: () => {
    throw new Error("ENOENT");
  },
};
const windows: PlaceholderSystem = {
  ...linux,
  platform: "win32",
  environment: {
    APPDATA: "C:\\Users\\ada\\AppData\\Roaming",
    ProgramData: "C:\\ProgramData",
    TEMP: "C:\\Users\\ada\\AppData\\Local\\Temp",
  },
  homeDirectory: "C:\\Users\\ada",
};
const macos: PlaceholderSystem = { ...linux, platform: "darwin", homeDirectory: "/Users/ada" };

test.each([
  ["%HOME%/zz", "/root/zz"],
  ["$HOME/zz", "/root/zz"],
  ["%PROFILE%/zz", "/root/zz"],
  ["$PROFILE/zz", "/root/zz"],
  ["%APPDATA%/zz", "/root/.veyon/zz"],
  ["$APPDATA/zz", "/root/.veyon/zz"],
  ["%GLOBALAPPDATA%/zz", "/etc/veyon/zz"],
  ["$GLOBALAPPDATA/zz", "/etc/veyon/zz"],
  ["%TEMP%/zz", "/tmp/zz"],
  ["$TEMP/zz", "/tmp/zz"],
  ["%TMP%/zz", "/tmp/zz"],
  ["$TMP/zz", "/tmp/zz"],
  ["/a/%HOSTNAME%.pem", "/a/vm.pem"],
  ["/a/$HOSTNAME/zz", "/a/vm/zz"],
  ["%DESKTOP%/zz", "/root/Desktop/zz"],
  ["%DOCUMENTS%/zz", "/root/Documents/zz"],
  ["%DOWNLOADS%/zz", "/root/Downloads/zz"],
  ["%PICTURES%/zz", "/root/Pictures/zz"],
  ["%VIDEOS%/zz", "/root/Videos/zz"],
  ["$HOMEzz", "/rootzz"],
  ["/x/%HOME%%HOME%/zz", "/x//root/root/zz"],
  ["%TEMP%%TMP%/../zz", "/tmp/tmp/../zz"],
  ["/$GLOBALAPPDATAX/zz", "//etc/veyonX/zz"],
])("%s is %s on Linux", (path, expanded) => {
  expect(expandPlaceholders(path, linux)).toBe(expanded);
});

test.each([
  "%home%/zz",
  "$home/zz",
  "%Home%/zz",
  "$DESKTOP/zz",
  "$DOCUMENTS/zz",
  "/%HOME/zz",
  "/%NOPE%/zz",
  "/$NOPE/zz",
  "${HOME}/zz",
  "~/zz",
  "%USERPROFILE%/zz",
  "%MUSIC%/zz",
  "100%/zz",
])("%s is left as it is, as by Veyon", (path) => {
  for (const system of [linux, windows, macos]) expect(expandPlaceholders(path, system)).toBe(path);
});

test("the folder for temporary files is the environment's", () => {
  const system = { ...linux, environment: { TMPDIR: "/var/tmp/", TEMP: "/none" } };
  expect(expandPlaceholders("%TEMP%/zz", system)).toBe("/var/tmp/zz");
});

test("the folders of the desktop are those that the user has chosen", () => {
  const chosen =
    '# written by xdg-user-dirs-update\nXDG_DESKTOP_DIR="/srv/desk"\nXDG_DOCUMENTS_DIR="$HOME/Dokumente"\nXDG_DOWNLOAD_DIR="$HOME/Geladen"\n';
  const asked: string[] = [];
  const system = {
    ...linux,
    readFile(path: string) {
      asked.push(path);
      return new TextEncoder().encode(chosen);
    },
  };
  const paths = "%DESKTOP%|%DOCUMENTS%|%DOWNLOADS%|%VIDEOS%";
  expect(expandPlaceholders(paths, system)).toBe(
    "/srv/desk|/root/Dokumente|/root/Geladen|/root/Videos",
  );
  expect(new Set(asked)).toEqual(new Set(["/root/.config/user-dirs.dirs"]));
  expandPlaceholders(paths, { ...system, environment: { XDG_CONFIG_HOME: "/xdg" } });
  expect(asked).toContain("/xdg/user-dirs.dirs");
});

test.each([
  ["%HOME%/zz", "C:\\Users\\ada/zz"],
  ["$PROFILE\\zz", "C:\\Users\\ada\\zz"],
  ["%APPDATA%/zz", "C:\\Users\\ada\\AppData\\Roaming\\Veyon/zz"],
  ["%GLOBALAPPDATA%/keys", "C:\\ProgramData\\Veyon/keys"],
  ["$TMP/zz", "C:\\Users\\ada\\AppData\\Local\\Temp/zz"],
  ["%DESKTOP%/zz", "C:\\Users\\ada\\Desktop/zz"],
  ["%VIDEOS%/zz", "C:\\Users\\ada\\Videos/zz"],
])("%s is %s on Windows", (path, expanded) => {
  expect(expandPlaceholders(path, windows)).toBe(expanded);
});

test.each([
  ["%HOME%/zz", "/Users/ada/zz"],
  ["%APPDATA%/zz", "/Users/ada/Library/Application Support/Veyon/zz"],
  ["%GLOBALAPPDATA%/zz", "/Library/Application Support/Veyon/zz"],
  ["%VIDEOS%/zz", "/Users/ada/Movies/zz"],
])("%s is %s on macOS", (path, expanded) => {
  expect(expandPlaceholders(path, macos)).toBe(expanded);
});
