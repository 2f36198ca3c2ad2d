import { render } from "preact";
import { App } from "./app.tsx";
import { givenRoomId, type Room } from "./room.ts";

const given = document.getElementById(givenRoomId)?.textContent;
render(<App given={given ? (JSON.parse(given) as Room) : null} />, document.body);
