/**
 * The placeholders that Veyon knows in paths; its Configurator writes them when a file is chosen in
 * a dialog. Seen with 4.7.5 on Linux: names count in capitals only, `$` has no end (`$HOMEx` is the
 * home and an x), the folders of the desktop are known in the first form only, and what is none of
 * these is left as it is. `%NAME%` and `$NAME`:
 *
 *     HOME, PROFILE    the user's home
 *     APPDATA          Veyon's own folder there
 *     GLOBALAPPDATA    Veyon's folder for all users
 *     TEMP, TMP        for temporary files
 *     HOSTNAME         the computer's name
 *     DESKTOP, DOCUMENTS, DOWNLOADS, PICTURES, VIDEOS
 *
 * There is no Veyon for macOS; its folders there are those that Qt and the system would have it
 * use.
 */
import { posix, win32 } from "node:path";
import { decodeText } from "./text-encoding.ts";

const placeholder =
  /%(HOME|PROFILE|APPDATA|GLOBALAPPDATA|TEMP|TMP|HOSTNAME|DESKTOP|DOCUMENTS|DOWNLOADS|PICTURES|VIDEOS)%|\$(HOME|PROFILE|APPDATA|GLOBALAPPDATA|TEMP|TMP|HOSTNAME)/g;

/** What the values depend on. */
export interface PlaceholderSystem {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly hostName: string;
  /** Throws as node:fs does. */
  readonly readFile: (path: string) => Uint8Array;
}

/** The path with the value of each placeholder in its place. */
export function expandPlaceholders(path: string, system: PlaceholderSystem): string {
  return path.replace(placeholder, (_, enclosed: string | undefined, prefixed: string) =>
    valueOf(enclosed ?? prefixed, system),
  );
}

function valueOf(name: string, system: PlaceholderSystem): string {
  switch (name) {
    case "HOME":
    case "PROFILE":
      return system.homeDirectory;
    case "APPDATA":
      return appData(system);
    case "GLOBALAPPDATA":
      return globalAppData(system);
    case "TEMP":
    case "TMP":
      return temporary(system);
    case "HOSTNAME":
      return system.hostName;
    default:
      return userFolder(name, system);
  }
}

function appData({ platform, environment, homeDirectory }: PlaceholderSystem): string {
  if (platform === "win32") {
    return win32.join(environment.APPDATA ?? `${homeDirectory}\\AppData\\Roaming`, "Veyon");
  }
  if (platform === "darwin") return posix.join(homeDirectory, "Library/Application Support/Veyon");
  return posix.join(homeDirectory, ".veyon");
}

function globalAppData({ platform, environment }: PlaceholderSystem): string {
  if (platform === "win32")
    return win32.join(environment.ProgramData ?? "C:\\ProgramData", "Veyon");
  if (platform === "darwin") return "/Library/Application Support/Veyon";
  return "/etc/veyon";
}

function temporary({ platform, environment }: PlaceholderSystem): string {
  if (platform === "win32") return environment.TEMP ?? environment.TMP ?? "C:\\Windows\\Temp";
  const directory = environment.TMPDIR ?? "";
  return directory === "" ? "/tmp" : directory.replace(/(?<=.)\/+$/, "");
}

/** Names of folders in the home, where nothing else is said. */
const folderNames: Readonly<Record<string, string>> = {
  DESKTOP: "Desktop",
  DOCUMENTS: "Documents",
  DOWNLOADS: "Downloads",
  PICTURES: "Pictures",
  VIDEOS: "Videos",
};

function userFolder(name: string, system: PlaceholderSystem): string {
  const { platform, homeDirectory } = system;
  if (platform === "win32") return win32.join(homeDirectory, folderNames[name]);
  const macName = name === "VIDEOS" ? "Movies" : folderNames[name];
  if (platform === "darwin") return posix.join(homeDirectory, macName);
  return chosenFolder(name, system) ?? posix.join(homeDirectory, folderNames[name]);
}

/**
 * The user's choice, and the folder's name in the user's language:
 * `XDG_DOCUMENTS_DIR="$HOME/Dokumente"`.
 */
function chosenFolder(name: string, system: PlaceholderSystem): string | null {
  const { environment, homeDirectory, readFile } = system;
  const directory = environment.XDG_CONFIG_HOME || posix.join(homeDirectory, ".config");
  let text: string;
  try {
    text = decodeText(readFile(posix.join(directory, "user-dirs.dirs")));
  } catch {
    // It is there only for those who have had a desktop.
    return null;
  }
  const key = name === "DOWNLOADS" ? "DOWNLOAD" : name;
  const folder = new RegExp(`^\\s*XDG_${key}_DIR="(\\$HOME)?(/[^"]*)"`, "m").exec(text);
  return folder === null
    ? null
    : posix.join(folder[1] === undefined ? "" : homeDirectory, folder[2]);
}
