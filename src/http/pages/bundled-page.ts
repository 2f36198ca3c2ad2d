/**
 * A page that Bun bundles: its HTML names a script and a style, which are made of the sources. In
 * the compiled program they are ready; when the server runs from its sources they are made when
 * they are first asked for.
 */
import type { HTMLBundle } from "bun";
import { basename } from "node:path";

export interface BundledPage {
  readonly html: string;
  /** The others, by their names. */
  readonly files: ReadonlyMap<string, BundledFile>;
}

export interface BundledFile {
  readonly content: Blob;
  readonly contentType: string;
}

interface Part {
  readonly name: string;
  readonly content: Blob;
}

/** `folder`: where its files are, as seen from the page. Throws Error if it cannot be made. */
export async function bundledPage(bundle: HTMLBundle, folder: string): Promise<BundledPage> {
  const parts = bundle.files?.map(compiledPart) ?? (await makeParts(bundle.index));
  const page = parts.find(({ name }) => name.endsWith(".html"));
  if (page === undefined) throw new Error(`Cannot find the page in the bundle of ${bundle.index}`);
  let html = await page.content.text();
  const files = new Map<string, BundledFile>();
  for (const { name, content } of parts) {
    if (content === page.content) continue;
    // Bun names it as if it were at the root, which need not be ours.
    html = html.replaceAll(new RegExp(`"\\.?/${name}"`, "g"), `"${folder}/${name}"`);
    files.set(name, { content, contentType: contentTypeOf(name) });
  }
  return { html, files };
}

function compiledPart({ path }: { path: string }): Part {
  return { name: basename(path), content: Bun.file(path) };
}

async function makeParts(index: string): Promise<Part[]> {
  const { outputs } = await Bun.build({ entrypoints: [index], minify: true, target: "browser" });
  return Promise.all(
    outputs.map(async (output) => ({
      name: basename(output.path),
      content: new Blob([await output.arrayBuffer()]),
    })),
  );
}

function contentTypeOf(name: string): string {
  const type = name.endsWith(".css") ? "text/css" : "text/javascript";
  return `${type}; charset=utf-8`;
}
