import { randomUUID } from "node:crypto";
import type { LoggedIn } from "../connect/host-connector.ts";
import { control, type ControlRequest } from "../hosts/control.ts";
import type { FeatureContext } from "../hosts/features/feature.ts";
import { Host } from "../hosts/host.ts";
import type { SessionResources } from "../hosts/host-session.ts";
import type { Reconnection } from "../hosts/reconnection.ts";
import type { Picture, PictureEncoder } from "../image/picture-encoder.ts";
import type { PictureParameters } from "../image/picture-parameters.ts";
import { FrameGoneError, type Framebuffer } from "../rfb/framebuffer.ts";
import { Demand } from "./demand.ts";
import { DesktopFeed } from "./desktop-feed.ts";
import { Follower } from "./follower.ts";
import { type CloseReason, HostEvents } from "./host-events.ts";
import type { LoginName } from "./login-name.ts";
import { PictureFeed } from "./picture-feed.ts";
import { StateFeed } from "./state-feed.ts";
import { pictureOf, type View } from "./view.ts";

export interface WatchedHostOptions {
  readonly resources: SessionResources;
  readonly reconnection: Reconnection;
  readonly pictures: PictureEncoder;
  /** Where a demo server listens when the request names no port. */
  readonly demoServerPort: number;
  /** With which a demo is started when the request names none. */
  readonly demoToken: Uint8Array;
  /** Who has logged in to it. */
  readonly loginName: LoginName;
  /** Throws HostError (not-allowed) when it may not be told to call this host. */
  readonly checkNamed: (host: string) => void;
}

/**
 * How long a request for a picture waits when there is none: most hosts send their first one in
 * much less.
 */
const firstPictureWaitMs = 1000;

/**
 * A host that still has no picture this long after it was first wanted is not waited for any more.
 */
const firstPictureHopeMs = 5000;

/** How long a host that has not named its screens yet is waited for. */
const screensWaitMs = 250;

/** A screen that changes its size while a picture of it is made is looked at anew, so often. */
const looksMax = 3;

/** What a request for a picture gets. */
export interface Look {
  readonly etag: string;
  /** Null when the picture is the one that the caller has. */
  readonly picture: Picture | null;
}

/** All that HTTP sees of a computer: its host, the pictures of it, and what happens to it. */
export class WatchedHost {
  readonly host: Host;
  readonly loginName: LoginName;
  readonly feed = new PictureFeed();
  readonly events = new HostEvents();
  readonly state: StateFeed;
  readonly desktop = new DesktopFeed();
  #features: FeatureContext;
  readonly #demand = new Demand();
  readonly #pictures: PictureEncoder;
  /** When a picture was first wanted in vain; null when the last one wanted was there. */
  #missedAtMs: number | null = null;

  constructor(loggedIn: LoggedIn, options: WatchedHostOptions) {
    const { resources, reconnection, pictures, demoServerPort, demoToken, loginName, checkNamed } =
      options;
    this.loginName = loginName;
    this.#pictures = pictures;
    this.#features = {
      demoServerPort,
      demoToken,
      collectionId: randomUUID(),
      checkNamed,
    };
    this.feed.subscribe((picture) => this.#encodeAhead(picture));
    this.host = new Host(loggedIn, {
      resources,
      reconnection,
      demand: this.#demand,
      listener: {
        onPicture: (picture) => this.feed.publish(picture),
        onChange: (part) => {
          this.events.publish({ kind: "changed", part });
          // Where they are in the picture, for those who follow one of them.
          if (part === "screens") this.feed.wake();
        },
        onCursor: () => this.desktop.publishCursor(),
        onClipboard: (text) => this.desktop.publishClipboard(text),
        onLost: (reason) => {
          this.feed.wake();
          this.events.publish({ kind: "lost", reason });
        },
        onReturn: () => {
          this.#missedAtMs = null;
          this.events.publish({ kind: "back" });
        },
      },
    });
    this.state = new StateFeed(this.host, this.events);
  }

  /** What belongs to this connection alone, for its features. */
  get features(): FeatureContext {
    return this.#features;
  }

  /** Starts or stops a feature. Throws ControlError, and HostError (lost). */
  async control(request: ControlRequest): Promise<void> {
    const changes = await control(this.host, request, this.#features);
    // Behind the wait, in which another request may have changed something.
    this.#features = { ...this.#features, ...changes };
  }

  /**
   * The newest picture that can be had without a long wait; a first one that is on its way is
   * waited for, as long as `signal` is not aborted. `isKnown` tells by the etag whether the caller
   * has it. Null when there is none. Throws HostError (lost) when the host is gone,
   * UnknownScreenError, PictureError.
   */
  async look(
    view: View,
    isKnown: (etag: string) => boolean,
    signal: AbortSignal,
  ): Promise<Look | null> {
    this.#demand.looked(view);
    if (view.screen !== undefined) await this.learnScreens();
    for (let looks = 1; ; looks++) {
      try {
        const screen = await this.#screen(signal);
        if (screen === null) return null;
        const parameters = this.#pictureOf(view, screen);
        const etag = this.#pictures.etag(screen, parameters);
        if (isKnown(etag)) return { etag, picture: null };
        const picture = await this.#pictures.encode(screen, parameters, { signal });
        return { etag: picture.etag, picture };
      } catch (error) {
        if (!(error instanceof FrameGoneError) || looks === looksMax) throw error;
      }
    }
  }

  /** For a viewer that shows what changes. `fps`: pictures a second, at most. */
  follow(view: View, fps: number): Follower {
    const context = {
      host: this.host,
      feed: this.feed,
      demand: this.#demand,
      pictures: this.#pictures,
      learnScreens: () => this.learnScreens(),
    };
    return new Follower(context, view, fps);
  }

  /**
   * For a viewer that waits for news, and takes so many pictures a second at most. Gives what ends
   * the waiting.
   */
  awaitNews(fps: number): () => void {
    const end = this.#demand.follow(1000 / fps);
    this.host.currentSession?.followed();
    return end;
  }

  /** `reason` is for the log. */
  close(reason: CloseReason): void {
    this.events.publish({ kind: "closed", reason });
    this.host.close();
    this.#pictures.close();
    this.feed.wake();
  }

  /**
   * Has the host name its screens as they are now. Those before 4.7.0 do not, and count as having
   * one. Throws HostError (lost).
   */
  async learnScreens(): Promise<void> {
    await this.host.session.state.refresh("screens", screensWaitMs).catch(() => {});
  }

  async #screen(signal: AbortSignal): Promise<Framebuffer | null> {
    const screen = await this.host.session.picture();
    const nowMs = performance.now();
    this.#missedAtMs = screen === null ? (this.#missedAtMs ?? nowMs) : null;
    if (this.#missedAtMs === null || nowMs - this.#missedAtMs > firstPictureHopeMs) return screen;
    const end = AbortSignal.any([signal, AbortSignal.timeout(firstPictureWaitMs)]);
    for (;;) {
      // Those who wait are woken by other news as well.
      await this.feed.next(end);
      const first = await this.host.session.picture();
      if (first !== null || end.aborted) return first;
    }
  }

  #pictureOf(view: View, frame: Framebuffer): PictureParameters {
    return pictureOf(view, this.host.session.state.known.screens, frame);
  }

  /** While the pixels are in the processor's cache. */
  #encodeAhead(screen: Framebuffer): void {
    for (const view of this.#demand.updated()) {
      // Whoever asks for it will hear of the error.
      Promise.try(() => this.#pictures.encode(screen, this.#pictureOf(view, screen))).catch(
        () => {},
      );
    }
  }
}
