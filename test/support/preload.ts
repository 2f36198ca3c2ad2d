/** For all tests (bunfig.toml): on a busy machine five seconds are soon over. */
import { setDefaultTimeout } from "bun:test";

setDefaultTimeout(60_000);
