import type { Uuid } from "../../qt/uuid.ts";
import {
  type ArgumentKey,
  argument,
  type ReceivedFeatureMessage,
} from "../../veyon/feature-message.ts";
import { Canvas } from "./canvas.ts";
import { type DesktopState, paintDesktop } from "./desktop-painter.ts";
import { featureIds } from "../../veyon/feature-ids.ts";
import { showCanvas } from "./show-canvas.ts";
import { SimHost } from "../sim-host.ts";
import type { SimHostOptions } from "../sim-options.ts";

const repaintMs = 250;
/** Until the simulated pupil has read a message and closes it. */
const readingMs = 20_000;
/** A computer is away this long when it starts anew, and until somebody switches it on again. */
const rebootMs = 4_000;
const switchedOffMs = 15_000;
const tasksMax = 5;

/** Listens when the promise settles. `stop()` it in the end. */
export async function startClassroomHost(options: SimHostOptions): Promise<ClassroomHost> {
  const classroomHost = new ClassroomHost(options);
  await classroomHost.host.appear();
  return classroomHost;
}

/**
 * A simulated host with a pupil in front of it: its desktop moves, and shows what a teacher does to
 * it.
 */
export class ClassroomHost {
  readonly host: SimHost;
  readonly #canvas: Canvas;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #repaint: NodeJS.Timeout;
  #stopped = false;
  #message: DesktopState["message"] = null;
  #website: string | null = null;
  #tasks: string[] = [];

  constructor(options: SimHostOptions) {
    this.host = new SimHost(options);
    this.#canvas = new Canvas(this.host.screen.width, this.host.screen.height);
    this.host.features.received.listeners.add((message) => this.#obey(message));
    this.host.features.listeners.add(() => this.#paint());
    this.#repaint = setInterval(() => {
      if (this.host.clients.length > 0) this.#paint();
    }, repaintMs);
    this.#paint();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#repaint);
    for (const timer of this.#timers) clearTimeout(timer);
    await this.host.stop();
  }

  #obey(message: ReceivedFeatureMessage): void {
    const { features } = this.host;
    switch (message.feature) {
      case featureIds.textMessage:
        this.#message = {
          title: text(message, { number: 2, name: "Title" }) || "Message from your teacher",
          text: text(message, { number: 0, name: "Text" }),
        };
        this.#closeWhenRead(this.#message);
        break;
      case featureIds.startApp:
        this.#open(texts(message, { number: 0, name: "Applications" }));
        break;
      case featureIds.openWebsite: {
        const websites = texts(message, { number: 1, name: "WebsiteUrls" });
        this.#website = websites.at(-1) ?? this.#website;
        this.#open(websites);
        break;
      }
      case featureIds.userLogoff:
        features.user = null;
        this.#logOff();
        break;
      case featureIds.userLogin: {
        const login = text(message, { number: 0, name: "Username" });
        features.user ??= { login, fullName: login };
        break;
      }
      case featureIds.reboot:
        this.#goAway(0, rebootMs);
        break;
      case featureIds.powerDown:
      case featureIds.powerDownNow:
      case featureIds.powerDownConfirmed:
      case featureIds.installUpdatesAndPowerDown:
        this.#goAway(0, switchedOffMs);
        break;
      case featureIds.powerDownDelayed: {
        const seconds = argument(message, { number: 0, name: "ShutdownTimeout" });
        this.#goAway(seconds?.type === "Int" ? seconds.value * 1000 : 0, switchedOffMs);
        break;
      }
      default:
        return;
    }
    this.#paint();
  }

  #open(tasks: readonly string[]): void {
    this.#tasks = [...this.#tasks, ...tasks].slice(-tasksMax);
  }

  #logOff(): void {
    this.#message = null;
    this.#website = null;
    this.#tasks = [];
    this.host.features.reset();
  }

  #closeWhenRead(message: DesktopState["message"]): void {
    this.#later(readingMs, () => {
      if (this.#message === message) this.host.features.stop(featureIds.textMessage);
    });
  }

  #goAway(delayMs: number, awayMs: number): void {
    this.#later(delayMs, () => {
      this.#logOff();
      void this.#comeBack(awayMs, this.host.vanish());
    });
  }

  async #comeBack(awayMs: number, vanished: Promise<void>): Promise<void> {
    await vanished;
    // Somebody else may have taken the port meanwhile.
    this.#later(awayMs, () => {
      this.host.appear().catch(() => this.#comeBack(awayMs, vanished));
    });
  }

  #later(delayMs: number, act: () => void): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }

  #paint(): void {
    const { features, screen, options } = this.host;
    const isActive = (feature: Uuid) => features.isActive(feature);
    paintDesktop(this.#canvas, {
      hostName: options.name ?? "host",
      userName: features.user?.fullName ?? null,
      time: new Date(),
      locked: isActive(featureIds.screenLock),
      inputLocked: isActive(featureIds.inputDevicesLock),
      demo: isActive(featureIds.fullScreenDemo)
        ? "screen"
        : isActive(featureIds.windowDemo)
          ? "window"
          : null,
      message: isActive(featureIds.textMessage) ? this.#message : null,
      tasks: this.#tasks,
      website: this.#website,
    });
    showCanvas(this.#canvas, screen);
  }
}

function text(message: ReceivedFeatureMessage, key: ArgumentKey): string {
  const value = argument(message, key);
  return value?.type === "QString" ? (value.value ?? "") : "";
}

function texts(message: ReceivedFeatureMessage, key: ArgumentKey): readonly string[] {
  const value = argument(message, key);
  if (value?.type === "QStringList") return value.value;
  return value?.type === "QString" && value.value !== null ? [value.value] : [];
}
