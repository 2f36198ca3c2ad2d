import { Cursor } from "../../bytes/cursor.ts";
import { ProtocolError } from "../../bytes/errors.ts";
import type { FeatureMessage } from "../../veyon/feature-message.ts";
import { argument, decodeFeatureMessage, featureMessageType } from "../../veyon/feature-message.ts";
import { featureIds } from "../../veyon/feature-ids.ts";
import { FramebufferUpdates } from "./framebuffer-updates.ts";
import type { SimComputer } from "../sim-computer.ts";
import type { SimConnection } from "./sim-connection.ts";
import { encodeSimFeatureMessage, readSimMessage } from "./sim-message.ts";
import type { Step } from "../sim-options.ts";
import { decodePixelFormat } from "../encodings/sim-pixel-format.ts";

const encodingsMax = 64;
/** Breaks every version: 4.7.5 runs in a circle for ever, 4.11.1 closes the connection. */
const extendedClipboard = 0xc0a1e5ce | 0;

/** The part of a connection after ServerInit: RFB and feature messages mixed. */
export class SimSession {
  readonly #updates: FramebufferUpdates;
  /** The announcements that this client has been told, by feature, as they were sent. */
  readonly #told = new Map<string, Uint8Array>();
  #minimumIntervalMs = 0;
  #lastRequestAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly connection: SimConnection,
    private readonly computer: SimComputer,
  ) {
    this.#updates = new FramebufferUpdates(
      computer.screen,
      computer.traits,
      {
        sendUpdate: (bytes) => this.relay("framebufferUpdate", bytes),
        close: () => connection.close(),
      },
      computer.options.screenSent,
    );
  }

  /** Until the connection ends, with or without an error. */
  async serve(): Promise<void> {
    try {
      if (this.computer.traits.hardened) await this.#announce();
      for (;;) {
        const type = await this.connection.stream.readOrEnd(1);
        if (type === null) return;
        await this.#handle(type[0]);
      }
    } finally {
      this.#updates.close();
    }
  }

  /** Sends a message of the VNC server; what has changed since is announced right behind it. */
  async relay(step: Step, bytes: Uint8Array): Promise<void> {
    await this.connection.send(step, bytes);
    await this.#announce();
  }

  async #handle(type: number): Promise<void> {
    const { stream } = this.connection;
    switch (type) {
      case 0:
        this.#updates.setPixelFormat(
          decodePixelFormat(new Cursor((await stream.read(19)).subarray(3), "SetPixelFormat")),
        );
        return;
      case 2:
        return this.#setEncodings();
      case 3: {
        const cursor = new Cursor(await stream.read(9), "FramebufferUpdateRequest");
        const incremental = cursor.u8() !== 0;
        const area = {
          x: cursor.u16(),
          y: cursor.u16(),
          width: cursor.u16(),
          height: cursor.u16(),
        };
        this.computer.updateRequests[incremental ? "incremental" : "whole"]++;
        if (incremental && this.#comesTooEarly()) return;
        this.#updates.request(incremental, area);
        return;
      }
      case 4: {
        const fields = new Cursor(await stream.read(7), "KeyEvent");
        const isDown = fields.u8() !== 0;
        fields.skip(2);
        this.computer.input.add({ kind: "key", keysym: fields.u32(), isDown });
        return;
      }
      case 5: {
        const fields = new Cursor(await stream.read(5), "PointerEvent");
        const buttonMask = fields.u8();
        const [x, y] = [fields.u16(), fields.u16()];
        this.computer.input.add({ kind: "pointer", x, y, buttonMask });
        return;
      }
      case 250:
        await stream.read(3);
        return;
      case featureMessageType:
        return this.#handleFeatureMessage();
      default:
        throw new ProtocolError(`Client refused: message type ${type}`);
    }
  }

  async #setEncodings(): Promise<void> {
    const { stream } = this.connection;
    const count = new Cursor((await stream.read(3)).subarray(1), "SetEncodings").u16();
    if (count > encodingsMax) throw new ProtocolError(`Client refused: ${count} encodings`);
    const cursor = new Cursor(await stream.read(4 * count), "SetEncodings");
    const encodings = Array.from({ length: count }, () => cursor.i32());
    if (encodings.includes(extendedClipboard)) {
      if (!this.computer.traits.hardened) await this.connection.hang();
      throw new ProtocolError("Client refused: extended clipboard");
    }
    this.#updates.setEncodings(encodings);
  }

  /** Veyon Server drops an incremental request that follows the last one too soon. */
  #comesTooEarly(): boolean {
    const now = performance.now();
    if (now - this.#lastRequestAt < this.#minimumIntervalMs) return true;
    this.#lastRequestAt = now;
    return false;
  }

  async #handleFeatureMessage(): Promise<void> {
    const { traits, features } = this.computer;
    const variants = await readSimMessage(this.connection, traits);
    if (variants[0]?.type !== "QUuid") return;
    const message = decodeFeatureMessage(variants);
    if (message.feature === featureIds.monitoringMode && message.command === 1) {
      const interval = argument(message, { number: 4, name: "MinimumFramebufferUpdateInterval" });
      if (interval?.type === "Int" && traits.answersQueries) {
        this.#minimumIntervalMs = interval.value;
      }
    }
    const answer = features.handle(message);
    if (answer !== null) await this.connection.send("featureMessage", this.#encode(answer));
  }

  async #announce(): Promise<void> {
    for (const message of this.computer.features.announcements()) {
      const bytes = this.#encode(message);
      const told = this.#told.get(message.feature);
      if (told !== undefined && Buffer.compare(told, bytes) === 0) continue;
      this.#told.set(message.feature, bytes);
      await this.connection.send("featureMessage", bytes);
    }
  }

  #encode(message: FeatureMessage): Uint8Array {
    const { traits, options } = this.computer;
    return encodeSimFeatureMessage(message, traits, options.mapKeys ?? "descending");
  }
}
