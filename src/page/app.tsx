import { useEffect, useReducer, useState } from "preact/hooks";
import { Classroom } from "./classroom.ts";
import { ClassroomView } from "./classroom-view.tsx";
import { LoginForm } from "./login-form.tsx";
import type { Room } from "./room.ts";

/** The login, then the room. `given`: shown at once. */
export function App({ given }: { given: Room | null }) {
  const [classroom, setClassroom] = useState<Classroom | null>(null);
  const [isGivenOpen, setGivenOpen] = useState(given !== null);
  const [, showChange] = useReducer((count: number) => count + 1, 0);

  /** Throws ApiProblem. */
  async function open(room: Room): Promise<void> {
    const opened = new Classroom(room, () => showChange(null));
    try {
      await opened.open();
    } catch (error) {
      opened.close();
      throw error;
    }
    setClassroom(opened);
  }

  useEffect(() => {
    if (given !== null) open(given).catch(() => setGivenOpen(false));
  }, []);
  useEffect(() => endWithPage(classroom), [classroom]);

  if (classroom !== null) {
    const leave = () => {
      classroom.close();
      setGivenOpen(false);
      setClassroom(null);
    };
    return <ClassroomView classroom={classroom} onLeave={leave} />;
  }
  if (isGivenOpen) return <p class="opening">Opening the room …</p>;
  return <LoginForm given={given} onRoom={open} />;
}

/** A page that a browser keeps for the way back would keep the computers from others, too. */
function endWithPage(classroom: Classroom | null): (() => void) | undefined {
  if (classroom === null) return;
  const end = () => classroom.close();
  const beginAnew = ({ persisted }: PageTransitionEvent) => persisted && location.reload();
  addEventListener("pagehide", end);
  addEventListener("pageshow", beginAnew);
  return () => {
    removeEventListener("pagehide", end);
    removeEventListener("pageshow", beginAnew);
  };
}
