import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Actions } from "./actions.tsx";
import type { Classroom, Computer } from "./classroom.ts";
import { describeLock, describeState, describeUser } from "./computer-state.ts";
import { Control } from "./control.tsx";
import { ScreenPicture } from "./screen-picture.tsx";

const fps = 15;
const quality = 80;

export interface EnlargedProps {
  readonly classroom: Classroom;
  readonly computer: Computer;
  /** To the one before (-1) or after (1). */
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One computer over the whole page. */
export function Enlarged({ classroom, computer, onStep, onClose }: EnlargedProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const controlButton = useRef<HTMLButtonElement>(null);
  const [isControlled, setControlled] = useState(false);
  const [ended, setEnded] = useState<string | null>(null);
  const { name, address, state } = computer;
  const lock = describeLock(computer);
  const note = describeState(computer) ?? ended;
  useLayoutEffect(() => dialog.current!.showModal(), []);

  function steer(event: KeyboardEvent): void {
    // Questions lie in it, too.
    const isHere = (event.target as Element).closest("dialog") === dialog.current;
    if (isControlled || !isHere) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  }

  function step(by: number): void {
    setEnded(null);
    onStep(by);
  }

  return (
    <dialog
      ref={dialog}
      class="enlarged"
      aria-label={name}
      onKeyDown={steer}
      // Escape is a key of the computer that is controlled.
      onCancel={(event) => isControlled && event.preventDefault()}
      onClose={onClose}
    >
      <header class="bar">
        <h2>{name}</h2>
        <p class="summary">
          {[describeUser(computer), lock, note].filter((text) => text).join(" · ")}
        </p>
        <button onClick={() => dialog.current!.close()}>Close</button>
        <div class="actions">
          <button
            ref={controlButton}
            class="primary"
            aria-pressed={isControlled}
            disabled={!isControlled && state !== "online"}
            onClick={() => {
              setEnded(null);
              setControlled(!isControlled);
            }}
          >
            {isControlled ? "End control" : "Take control"}
          </button>
          <Actions classroom={classroom} targets={[computer]} />
          {!isControlled && (
            <>
              <button onClick={() => step(-1)}>Previous</button>
              <button onClick={() => step(1)}>Next</button>
            </>
          )}
        </div>
        {isControlled && (
          <p class="hint">
            Keys go to {name}. <kbd>Ctrl</kbd> <kbd>Shift</kbd> <kbd>F12</kbd> ends control.
          </p>
        )}
      </header>
      <div class="stage" data-state={state}>
        {isControlled ? (
          <Control
            {...{ classroom, address, name }}
            onEnd={(reason) => {
              setControlled(false);
              setEnded(reason);
              controlButton.current?.focus();
            }}
          />
        ) : (
          <ScreenPicture
            key={address}
            {...{ classroom, address, fps, quality }}
            placeholder="Waiting for the picture …"
          />
        )}
      </div>
    </dialog>
  );
}
