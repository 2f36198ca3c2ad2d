import type { Classroom, Computer } from "./classroom.ts";
import { describeLock, describeState, describeUser } from "./computer-state.ts";
import { ScreenPicture } from "./screen-picture.tsx";

const fps = 5;
const quality = 60;

export interface TileProps {
  readonly classroom: Classroom;
  readonly computer: Computer;
  /** The enlarged screen lies above it. */
  readonly isCovered: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
  readonly onEnlarge: () => void;
}

export function Tile(props: TileProps) {
  const { classroom, computer, isCovered, isChosen, onChoose, onEnlarge } = props;
  const { name, address, state } = computer;
  const lock = describeLock(computer);
  const note = describeState(computer);
  const said = [name, describeUser(computer), lock, note].filter((text) => text).join(", ");
  return (
    <li class="tile" data-state={state} data-locked={lock !== null} data-chosen={isChosen}>
      <button class="screen" aria-label={`Enlarge ${said}`} onClick={onEnlarge}>
        <ScreenPicture
          {...{ classroom, address, fps, quality, isCovered }}
          placeholder={note === null ? "Waiting for the picture …" : ""}
        />
        {note !== null && <span class="note">{note}</span>}
        {lock !== null && <span class="lock">{lock}</span>}
      </button>
      <div class="caption">
        <label class="choice">
          <input
            type="checkbox"
            checked={isChosen}
            onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
          />
          <span class="name">{name}</span>
        </label>
        <span class="user">{describeUser(computer)}</span>
        {state === "failed" && (
          <button onClick={() => void classroom.logIn(address)} aria-label={`Try ${name} again`}>
            Try again
          </button>
        )}
      </div>
    </li>
  );
}
