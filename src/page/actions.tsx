import { useState } from "preact/hooks";
import type { Classroom, Computer } from "./classroom.ts";
import type { featureIds } from "../veyon/feature-ids.ts";
import { TextDialog } from "./text-dialog.tsx";

type Question = "message" | "website";

export interface ActionsProps {
  readonly classroom: Classroom;
  readonly targets: readonly Computer[];
}

/** What can be done to computers. What went wrong is said beside the buttons. */
export function Actions({ classroom, targets }: ActionsProps) {
  const [asked, setAsked] = useState<Question | null>(null);
  const [outcome, setOutcome] = useState("");
  const isOnline = ({ state }: Computer) => state === "online";
  const reachable = targets.filter(isOnline);
  const isAllLocked = reachable.length > 0 && reachable.every(({ isLocked }) => isLocked);
  const isSomeLocked = reachable.some(({ isLocked }) => isLocked);

  const whom = reachable.length === 1 ? reachable[0].name : `${reachable.length} computers`;

  async function act(
    done: string,
    feature: keyof typeof featureIds,
    active: boolean,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const results = await Promise.allSettled(
      reachable.map(({ address }) => classroom.setFeature(address, feature, active, parameters)),
    );
    const failed = results.flatMap((result, i) =>
      result.status === "rejected"
        ? [`${reachable[i].name}: ${String(result.reason.message)}`]
        : [],
    );
    setOutcome(failed.length === 0 ? `${done} ${whom}` : failed.join("; "));
  }

  const lock = (isLocked: boolean) => act(isLocked ? "Locked" : "Unlocked", "screenLock", isLocked);

  /** The browser tells late that a dialog is closed; the next one may be open by then. */
  const answered = (question: Question) => setAsked((now) => (now === question ? null : now));

  return (
    <>
      <Action isPossible={reachable.length > 0 && !isAllLocked} onAct={() => void lock(true)}>
        Lock
      </Action>
      <Action isPossible={isSomeLocked} onAct={() => void lock(false)}>
        Unlock
      </Action>
      <Action isPossible={reachable.length > 0} onAct={() => setAsked("message")}>
        Message …
      </Action>
      <Action isPossible={reachable.length > 0} onAct={() => setAsked("website")}>
        Website …
      </Action>
      <span class="outcome" role="status">
        {outcome}
      </span>
      {asked === "message" && (
        <TextDialog
          title={`Message to ${whom}`}
          label="Text"
          submit="Send"
          onText={(text) => void act("Sent to", "textMessage", true, { text })}
          onClose={() => answered("message")}
        />
      )}
      {asked === "website" && (
        <TextDialog
          title={`Website on ${whom}`}
          label="Address"
          submit="Open"
          type="url"
          onText={(url) => void act("Opened on", "openWebsite", true, { websiteUrls: [url] })}
          onClose={() => answered("website")}
        />
      )}
    </>
  );
}

interface ActionProps {
  readonly isPossible: boolean;
  readonly onAct: () => void;
  readonly children: string;
}

/** Where it is not possible it stays, so that the keyboard's focus is not lost by what it does. */
function Action({ isPossible, onAct, children }: ActionProps) {
  return (
    <button aria-disabled={!isPossible} onClick={() => isPossible && onAct()}>
      {children}
    </button>
  );
}
