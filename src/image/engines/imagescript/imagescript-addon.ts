import { PictureError } from "../../picture-error.ts";

interface AddonImage {
  readonly width: number;
  readonly height: number;
  readonly quality: number;
}

/** The part of imagescript's native codecs that we use. */
export interface ImagescriptAddon {
  readonly jpeg: {
    /** `pixels` is R, G, B, unused. A length other than width * height * 4 ends the process. */
    encode_async(pixels: Int32Array, image: AddonImage): Promise<Uint8Array>;
  };
}

let loaded: ImagescriptAddon | PictureError | null = null;

/**
 * Loads the addon at the first call. A compiled binary has to write it to the temporary directory
 * for that.
 */
export function imagescriptAddon(): ImagescriptAddon {
  loaded ??= load();
  if (loaded instanceof PictureError) throw loaded;
  return loaded;
}

/** An error is kept: at a second try `require` would give out an empty module. */
function load(): ImagescriptAddon | PictureError {
  try {
    return requireAddon() as ImagescriptAddon;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const wanted = `its addon for ${process.platform} ${process.arch} and, in a compiled binary, a writable temporary directory (TMPDIR)`;
    return new PictureError(
      "engine",
      `Cannot load imagescript's JPEG encoder: ${reason}; wanted ${wanted}`,
      { cause },
    );
  }
}

/**
 * The bundler knows platform and arch of its target: of these lines it keeps one, and embeds that
 * addon.
 */
function requireAddon(): unknown {
  if (process.platform === "linux" && process.arch === "x64")
    return require("imagescript/codecs/node/bin/x64-linux.node");
  if (process.platform === "linux" && process.arch === "arm64")
    return require("imagescript/codecs/node/bin/arm64-linux.node");
  if (process.platform === "darwin" && process.arch === "x64")
    return require("imagescript/codecs/node/bin/x64-darwin.node");
  if (process.platform === "darwin" && process.arch === "arm64")
    return require("imagescript/codecs/node/bin/arm64-darwin.node");
  if (process.platform === "win32" && process.arch === "x64")
    return require("imagescript/codecs/node/bin/x64-win32.node");
  throw new Error("there is none");
}
