/** What a client has done with keyboard and mouse. */
export type SimInputEvent =
  | { readonly kind: "key"; readonly keysym: number; readonly isDown: boolean }
  | {
      readonly kind: "pointer";
      readonly x: number;
      readonly y: number;
      readonly buttonMask: number;
    };

/** Older input is forgotten: a demo runs for days. */
const eventsMax = 1000;

/** The input of all clients, in order. */
export class SimInput {
  readonly all: SimInputEvent[] = [];

  add(event: SimInputEvent): void {
    this.all.push(event);
    if (this.all.length > eventsMax) this.all.shift();
  }
}
