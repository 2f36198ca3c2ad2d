import { useRef, useState } from "preact/hooks";
import { Actions } from "./actions.tsx";
import type { Classroom, Computer } from "./classroom.ts";
import { Enlarged } from "./enlarged.tsx";
import { moveInGrid } from "./grid-keys.ts";
import { Tile } from "./tile.tsx";

export interface ClassroomViewProps {
  readonly classroom: Classroom;
  readonly onLeave: () => void;
}

export function ClassroomView({ classroom, onLeave }: ClassroomViewProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [enlarged, setEnlarged] = useState<string | null>(null);
  const grid = useRef<HTMLUListElement>(null);
  const { computers } = classroom;
  const targets = chosen.size === 0 ? computers : computers.filter(isChosen);
  const large = enlarged === null ? undefined : classroom.find(enlarged);

  function isChosen({ address }: Computer): boolean {
    return chosen.has(address);
  }

  function choose(address: string, isIn: boolean): void {
    setChosen((before) => {
      const next = new Set(before);
      if (isIn) next.add(address);
      else next.delete(address);
      return next;
    });
  }

  function step(by: number): void {
    const place = computers.findIndex(({ address }) => address === enlarged);
    setEnlarged(computers[(place + by + computers.length) % computers.length].address);
  }

  /** Back to where one was. */
  function shrink(): void {
    setEnlarged(null);
    const place = computers.findIndex(({ address }) => address === enlarged);
    grid.current?.querySelectorAll<HTMLElement>(".screen")[place]?.focus();
  }

  return (
    <>
      <header class="bar">
        <h1>Computers</h1>
        <p class="summary">{summary(computers)}</p>
        <button onClick={onLeave}>Log off</button>
        <div
          class="actions"
          role="group"
          aria-label="For all computers, or for those that are chosen"
        >
          <label class="choice">
            <input
              type="checkbox"
              checked={chosen.size === computers.length}
              indeterminate={chosen.size > 0 && chosen.size < computers.length}
              onChange={({ currentTarget }) =>
                setChosen(new Set(currentTarget.checked ? computers.map((c) => c.address) : []))
              }
            />
            Choose all
          </label>
          <span class="whom">{chosen.size === 0 ? "For all:" : `For ${chosen.size} chosen:`}</span>
          <Actions classroom={classroom} targets={targets} />
        </div>
      </header>
      <main>
        <ul class="grid" ref={grid} onKeyDown={moveInGrid}>
          {computers.map((computer) => (
            <Tile
              key={computer.address}
              classroom={classroom}
              computer={computer}
              isCovered={large !== undefined}
              isChosen={isChosen(computer)}
              onChoose={(isIn) => choose(computer.address, isIn)}
              onEnlarge={() => setEnlarged(computer.address)}
            />
          ))}
        </ul>
      </main>
      {large !== undefined && (
        <Enlarged classroom={classroom} computer={large} onStep={step} onClose={shrink} />
      )}
    </>
  );
}

function summary(computers: readonly Computer[]): string {
  const count = (found: (computer: Computer) => boolean) => computers.filter(found).length;
  const away = count(({ state }) => state === "lost" || state === "failed");
  const locked = count(({ isLocked }) => isLocked);
  const parts = [
    `${computers.length} ${computers.length === 1 ? "computer" : "computers"}`,
    ...(locked > 0 ? [`${locked} locked`] : []),
    ...(away > 0 ? [`${away} not reachable`] : []),
  ];
  return parts.join(" · ");
}
