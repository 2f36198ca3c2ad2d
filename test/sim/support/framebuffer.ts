import type { SimScreen } from "../../../src/sim/sim-screen.ts";
import { firstDifference } from "../../support/pictures.ts";
import { type Decoded, decodePng, decodeWithBun } from "../../unit/image/decoders.ts";
import type { ApiAnswer, ApiSession } from "./api-client.ts";
import { until } from "./until.ts";

/** The first answer that is a picture. `query`: with its question mark. */
export function untilPicture(session: ApiSession, query = ""): Promise<ApiAnswer> {
  return until("a picture", async () => {
    const answer = await session.get(`framebuffer${query}`);
    return answer.status === 200 && answer;
  });
}

export async function picture(session: ApiSession, query = ""): Promise<Decoded> {
  const { bytes } = await untilPicture(session, query);
  return decodeWithBun(bytes);
}

/** Whether a PNG shows exactly what is on the screen. */
export function shows(png: Uint8Array, screen: SimScreen): boolean {
  const { width, height, pixels } = decodePng(png);
  const isSameSize = width === screen.width && height === screen.height;
  return isSameSize && firstDifference(pixels, screen.pixels) === -1;
}

/** Settles when the API shows exactly what is on the screen. */
export async function untilShown(session: ApiSession, screen: SimScreen): Promise<void> {
  await until("the screen", async () => shows((await untilPicture(session)).bytes, screen));
}
