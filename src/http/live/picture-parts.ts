import type { FollowedPicture, Follower } from "../../watch/follower.ts";
import type { PartWriter } from "./multipart.ts";

/** A screen that stands still is sent again after so long. */
const silenceMaxMs = 60_000;

/** The parts of a stream of pictures, from `first` on, until `signal` is aborted. */
export async function* pictureParts(
  writer: PartWriter,
  first: FollowedPicture | null,
  follower: Follower,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield* writer.first;
  let shown = first?.picture ?? null;
  for (;;) {
    if (shown !== null) yield* writer.part(shown.bytes);
    const next = await nextSoon(follower, signal);
    if (signal.aborted) break;
    // Once more if there is no other: a proxy ends what is silent for minutes, without a word.
    shown = next?.picture ?? shown;
  }
  yield* writer.last;
}

/** Null when the stream ends, or nothing comes for so long that its client hears of it. */
async function nextSoon(follower: Follower, signal: AbortSignal): Promise<FollowedPicture | null> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMaxMs);
  try {
    return await follower.next(AbortSignal.any([signal, silence.signal]));
  } finally {
    clearTimeout(timer);
  }
}
