import { useEffect, useRef, useState } from "preact/hooks";
import type { Classroom } from "./classroom.ts";
import { PicturePainter } from "./picture-painter.ts";

/** Widths are rounded up to this, so that a window being resized asks for few sizes. */
const widthStep = 32;

export interface ScreenPictureProps {
  readonly classroom: Classroom;
  readonly address: string;
  readonly fps: number;
  readonly quality: number;
  /** Something lies above it. */
  readonly isCovered?: boolean;
  /** Shown until there is a picture. */
  readonly placeholder: string;
}

/** The screen of a computer as it changes, in the size of its place, while it can be seen. */
export function ScreenPicture(props: ScreenPictureProps) {
  const { classroom, address, fps, quality, isCovered = false, placeholder } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isPainted, setPainted] = useState(false);

  useEffect(() => {
    const element = canvas.current!;
    const painter = new PicturePainter(element, {
      onPainted: () => setPainted(true),
      onBehind: () => classroom.renewView(view),
    });
    const view = classroom.openView(address, painter);
    let isOnPage = false;
    let width = 0;
    let watched = 0;
    const update = () => {
      const isSeen = isOnPage && !isCovered && document.visibilityState === "visible";
      const wanted = isSeen ? width : 0;
      if (wanted === watched) return;
      watched = wanted;
      classroom.setView(view, wanted === 0 ? null : { width: wanted, fps, quality });
    };
    const sizes = new ResizeObserver(([{ contentRect }]) => {
      width = Math.ceil((contentRect.width * devicePixelRatio) / widthStep) * widthStep;
      update();
    });
    const sight = new IntersectionObserver((entries) => {
      isOnPage = entries.at(-1)!.isIntersecting;
      update();
    });
    sizes.observe(element);
    sight.observe(element);
    document.addEventListener("visibilitychange", update);
    return () => {
      sizes.disconnect();
      sight.disconnect();
      document.removeEventListener("visibilitychange", update);
      classroom.closeView(view);
    };
  }, [classroom, address, fps, quality, isCovered]);

  return (
    <span class="picture">
      <canvas ref={canvas} aria-hidden="true" data-painted={isPainted} />
      {!isPainted && <span class="placeholder">{placeholder}</span>}
    </span>
  );
}
