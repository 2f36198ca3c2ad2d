import { until } from "./until.ts";
import type { Window, XScreen } from "./x-screen.ts";

/**
 * Left of the window's right edge and above its lower one, in pixels: the middle of the button OK.
 */
const okButton = { right: 51, bottom: 23 };

/** From the window's left edge, in pixels. */
const accessButtons = { yes: 51, always: 185, no: 318, never: 449 };

/** Waits until the host shows a text message. */
export function waitForTextMessage(screen: XScreen): Promise<Window> {
  return waitForWindow(screen, "Message from teacher");
}

/** Presses OK, as the user would. */
export async function closeTextMessage(screen: XScreen): Promise<void> {
  const { x, y, width, height } = await waitForTextMessage(screen);
  await screen.click(x + width - okButton.right, y + height - okButton.bottom);
}

/** Waits until a host with `access: "ask"` asks its user, and answers. */
export async function answerAccessQuestion(
  screen: XScreen,
  answer: keyof typeof accessButtons,
): Promise<void> {
  const { x, y, height } = await waitForWindow(screen, "Confirm desktop access");
  await screen.click(x + accessButtons[answer], y + height - 23);
}

function waitForWindow(screen: XScreen, name: string): Promise<Window> {
  return until(`window "${name}"`, async () =>
    (await screen.windows()).find((window) => window.name === name),
  );
}
