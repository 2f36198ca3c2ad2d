import RFB from "@novnc/novnc";
import { useEffect, useRef } from "preact/hooks";
import type { Classroom } from "./classroom.ts";

export interface ControlProps {
  readonly classroom: Classroom;
  readonly address: string;
  readonly name: string;
  /** Null: it was ended here. */
  readonly onEnd: (reason: string | null) => void;
}

/** Hands on a computer, by noVNC. */
export function Control({ classroom, address, name, onEnd }: ControlProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let rfb: RFB | null = null;
    let isOver = false;
    const connect = async () => {
      const url = await classroom.controlUrl(address);
      if (isOver) return;
      rfb = new RFB(place.current!, url);
      rfb.scaleViewport = true;
      rfb.background = "transparent";
      rfb.addEventListener("connect", () => rfb?.focus());
      rfb.addEventListener("disconnect", () => isOver || onEnd("Control has ended"));
    };
    connect().catch((error: Error) => isOver || onEnd(error.message));
    const end = () => {
      isOver = true;
      rfb?.disconnect();
    };
    addEventListener("pagehide", end);
    return () => {
      removeEventListener("pagehide", end);
      end();
    };
  }, [classroom, address]);

  /** Before noVNC takes it, as it takes all keys. */
  function leave(event: KeyboardEvent): void {
    if (event.key !== "F12" || !event.ctrlKey || !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    onEnd(null);
  }

  return (
    <div
      class="control"
      ref={place}
      role="application"
      aria-label={`Screen of ${name}`}
      onKeyDownCapture={leave}
    />
  );
}
