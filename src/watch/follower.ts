/**
 * Follows a screen at a viewer's own pace: each picture is made when the viewer has room for it,
 * and is the newest then. So a slow viewer gets fewer pictures, and nothing ever waits for one.
 */
import { setTimeout as delay } from "node:timers/promises";
import { HostError } from "../connect/host-error.ts";
import type { Host } from "../hosts/host.ts";
import type { HostSession } from "../hosts/host-session.ts";
import type { Picture, PictureEncoder } from "../image/picture-encoder.ts";
import { PictureError } from "../image/picture-error.ts";
import { hasChangedSince } from "../image/strips/encoded-picture.ts";
import { FrameGoneError, type Framebuffer } from "../rfb/framebuffer.ts";
import type { Rect } from "../rfb/rect.ts";
import type { Demand } from "./demand.ts";
import type { PictureFeed } from "./picture-feed.ts";
import { pictureOf, type View } from "./view.ts";

/** How long a viewer waits when too many others wait for pictures. */
const overloadPauseMs = 1000;

export interface FollowerContext {
  readonly host: Host;
  readonly feed: PictureFeed;
  readonly demand: Demand;
  readonly pictures: PictureEncoder;
  /** Has the host name its screens. */
  readonly learnScreens: () => Promise<void>;
}

export interface FollowedPicture {
  readonly picture: Picture;
  /**
   * The revision of the picture before, which differs from this one in strips that have changed
   * since; null when the two have nothing in common.
   */
  readonly sinceRevision: number | null;
}

interface Seen {
  readonly frame: Framebuffer;
  readonly revision: number;
  readonly screens: readonly Rect[];
}

export class Follower {
  readonly #context: FollowerContext;
  readonly #view: View;
  readonly #gapMs: number;
  /** When the next picture may be given out. */
  #dueAtMs = -Infinity;
  /** What the viewer sees. */
  #last: Picture | null = null;
  /** What was found at the last look, news or not. */
  #seen: Seen | null = null;
  /** The session that has been asked for its screens. */
  #asked: HostSession | null = null;

  /** `fps`: pictures a second, at most. */
  constructor(context: FollowerContext, view: View, fps: number) {
    this.#context = context;
    this.#view = view;
    this.#gapMs = 1000 / fps;
  }

  /**
   * The next picture that is another one than the last: at once, if there is one and the pace
   * allows it. Null when `signal` is aborted. Throws UnknownScreenError, PictureError.
   */
  async next(signal: AbortSignal): Promise<FollowedPicture | null> {
    const { demand, host, feed } = this.#context;
    const unfollow = demand.follow(this.#gapMs);
    host.currentSession?.followed();
    try {
      // The first one may be old.
      if (this.#last === null) await host.currentSession?.picture();
      for (;;) {
        await pause(this.#dueAtMs - performance.now(), signal);
        if (signal.aborted) return null;
        const news = await this.#news(signal);
        if (news !== null) return news;
        if (!this.#mayHaveNews()) await feed.next(signal);
      }
    } finally {
      unfollow();
    }
  }

  /** Once a session, which may show a picture before it names them. */
  async #learnScreens(): Promise<void> {
    const { host, learnScreens } = this.#context;
    if (host.currentSession === this.#asked) return;
    this.#asked = host.currentSession;
    await learnScreens().catch(() => {});
  }

  #mayHaveNews(): boolean {
    const session = this.#context.host.currentSession;
    const frame = session?.pictureNow ?? null;
    if (session === null || frame === null) return false;
    if (frame !== this.#seen?.frame || frame.revision !== this.#seen.revision) return true;
    return this.#view.screen !== undefined && session.state.known.screens !== this.#seen.screens;
  }

  async #news(signal: AbortSignal): Promise<FollowedPicture | null> {
    if (this.#view.screen !== undefined) await this.#learnScreens();
    if (!this.#mayHaveNews()) return null;
    const { host, pictures } = this.#context;
    const { pictureNow, state } = host.session;
    const frame = pictureNow!;
    const { screens } = state.known;
    const last = this.#last;
    this.#seen = { frame, revision: frame.revision, screens };
    try {
      const parameters = pictureOf(this.#view, screens, frame);
      const picture = await pictures.encode(frame, parameters, { earlier: last, signal });
      this.#seen = { frame, revision: picture.revision, screens };
      this.#last = picture;
      const sinceRevision = picture.key === last?.key ? last.revision : null;
      if (sinceRevision !== null && !hasChangedSince(picture.encoded, sinceRevision)) return null;
      this.#dueAtMs = Math.max(performance.now(), this.#dueAtMs) + this.#gapMs;
      return { picture, sinceRevision };
    } catch (error) {
      // Another one is on its way, or comes when the host is back.
      if (error instanceof FrameGoneError || error instanceof HostError) return null;
      // What was given up was not seen: whoever asks again finds it anew.
      if (signal.aborted) {
        this.#seen = null;
        return null;
      }
      if (!(error instanceof PictureError && error.reason === "overloaded")) throw error;
      this.#seen = null;
      this.#dueAtMs = performance.now() + overloadPauseMs;
      return null;
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {});
}
