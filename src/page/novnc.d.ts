/** The part of noVNC's API that the page uses. */
declare module "@novnc/novnc" {
  export default class RFB extends EventTarget {
    constructor(target: HTMLElement, url: string);
    scaleViewport: boolean;
    background: string;
    focus(): void;
    disconnect(): void;
  }
}
