"""Client for the REST API of computers that run Veyon: one file, Python 3.8, nothing else.

    from veyon_webapi import VeyonWebApi

    school = VeyonWebApi("http://localhost:11080")
    computer = school.log_in("room1-pc1", username="teacher", password="secret")
    picture = computer.picture(format="jpeg", width=640)
    computer.start("TextMessage", text="Please look at the blackboard.")
    for event in computer.events():
        print(event)

A computer is logged in to again when its connection has ended.
"""

import json
import threading
import time
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

__all__ = ["FEATURES", "ApiError", "Computer", "Picture", "VeyonWebApi"]

AUTH_KEYS = "0c69b301-81b4-42d6-8fae-128cdd113314"
AUTH_LOGON = "63611f7c-b457-42c7-832e-67d0f9281085"
AUTH_LDAP = "6f0a491e-c1c6-4338-8244-f823b0bf8670"
AUTH_SIMPLE = "73430b14-ef69-4c75-a145-ba635d1cc676"

#: The UUIDs of the features that can be started.
FEATURES = {
    "DemoServer": "e4b6e743-1f5b-491d-9364-e091086200f4",
    "FullScreenDemo": "7b6231bd-eb89-45d3-af32-f70663b2f878",
    "WindowDemo": "ae45c3db-dc2e-4204-ae8b-374cdab8c62c",
    "StartApp": "da9ca56a-b2ad-4fff-8f8a-929b2927b442",
    "OpenWebsite": "8a11a75d-b3db-48b6-b9cb-f8422ddd5b0c",
    "FileCollect": "5a14c971-e93c-457f-97a0-0b8f1058a58e",
    "Reboot": "4f7d98f0-395a-4fff-b968-e49b8d0f748c",
    "PowerDown": "6f5a27a0-0e2f-496e-afcc-7aae62eede10",
    "PowerDownNow": "a88039f2-6716-40d8-b4e1-9f5cd48e91ed",
    "InstallUpdatesAndPowerDown": "09bcb3a1-fc11-4d03-8cf1-efd26be8655b",
    "PowerDownConfirmed": "ea2406be-d5c7-42b8-9f04-53469d3cc34c",
    "PowerDownDelayed": "352de795-7fc4-4850-bc57-525bcb7033f5",
    "RemoteView": "a18e545b-1321-4d4e-ac34-adc421c6e9c8",
    "RemoteControl": "ca00ad68-1709-4abe-85e2-48dff6ccf8a2",
    "ClipboardExchange": "8fa73e19-3d66-4d59-9783-c2a1bb07e20e",
    "ScreenLock": "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79",
    "InputDevicesLock": "e4a77879-e544-4fec-bc18-e534f33b934c",
    "TextMessage": "e75ae9c8-ac17-4d00-8f0d-019348346208",
    "UserLogin": "7310707d-3918-460d-a949-65bd152cb958",
    "UserLogoff": "7311d43d-ab53-439e-a03a-8cb25f7ed526",
}

FIRST_PICTURE_WAIT_S = 10.0
#: Where the server does not say when to ask again.
RETRY_S = 1.0
#: Nothing comes for longer than that on a stream of events.
SILENCE_MAX_S = 60.0


class ApiError(Exception):
    """An answer of the API that is an error.

    status is that of HTTP; code that of the API, None of an answer that is not its own; details
    say what is wrong, for people.
    """

    def __init__(self, answer: HTTPError):
        self.status = answer.code
        retry_after = answer.headers.get("Retry-After", "")
        self.retry_after_s = float(retry_after) if retry_after.isdigit() else None
        try:
            error = json.loads(answer.read())["error"]
        except (ValueError, KeyError, TypeError):
            error = {}
        # A front proxy may say something else.
        if not isinstance(error, dict):
            error = {}
        self.code: Optional[int] = error.get("code")
        self.details: Optional[str] = error.get("details")
        self.message: str = error.get("message", f"HTTP {self.status} {answer.reason}")
        super().__init__(": ".join(text for text in (self.message, self.details) if text))

    @property
    def is_closed(self) -> bool:
        """Whether the connection is no more, so that another login is wanted."""
        return (self.status, self.code) == (401, 2)

    @property
    def is_too_early(self) -> bool:
        """Whether there is no picture yet."""
        return (self.status, self.code) == (503, 10)


class Picture(NamedTuple):
    data: bytes
    content_type: str
    #: Stands for this very picture.
    etag: str


class VeyonWebApi:
    """A server of the API. url: of its root, http://localhost:11080."""

    def __init__(self, url: str, access_token: Optional[str] = None, timeout_s: float = 60):
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
        self._timeout_s = timeout_s

    def about(self) -> Dict[str, str]:
        return self._json("GET", "/", headers={"Accept": "application/json"})

    def methods(self, host: str) -> List[str]:
        """The UUIDs of the methods that a computer offers. Raises ApiError."""
        return self._json("GET", f"/api/v1/authentication/{quote(host, safe=':')}")["methods"]

    def host_state(self, host: str) -> str:
        """online: its Veyon Server listens; up: the computer answers; down."""
        return self._json("GET", f"/api/v1/hoststate/{quote(host, safe=':')}")["state"]

    def log_in(self, host: str, **credentials: str) -> "Computer":
        """With username and password, keyname and keydata (PEM), or a password alone (Veyon 5).

        keydata is left out where the server keeps the key of an access token.

        method=AUTH_LDAP says that username and password are of LDAP. Raises ApiError.
        """
        computer = Computer(self, host, credentials)
        computer.uid()
        return computer

    def events(self, computers: Sequence["Computer"]) -> Iterator[Dict[str, Any]]:
        """What happens to several computers, on one stream.

        connection of an event is the place of its computer in the list. Ends with the last of
        their connections; leave the loop to end it sooner.
        """
        # Logs in again where a connection has ended; lost computers are told of by the stream.
        for computer in computers:
            computer.connection()
        first = computers[0]
        ticket = first.ticket(uids=[computer.uid() for computer in computers])
        path = f"/api/v1/events?{urlencode({'ticket': ticket})}"
        with self._open("GET", path, timeout_s=SILENCE_MAX_S) as answer:
            event: Dict[str, Any] = {}
            for line in answer:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    event["event"] = value
                elif name == "data":
                    event.update(json.loads(value))
                elif name == "" and "event" in event:
                    yield event
                    event = {}

    def _json(self, method: str, path: str, body: Any = None, headers: Dict[str, str] = {}) -> Any:
        with self._open(method, path, body, headers) as answer:
            return json.load(answer)

    def _open(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Dict[str, str] = {},
        timeout_s: Optional[float] = None,
    ) -> Any:
        all_headers = {**self._headers, **headers}
        if body is not None:
            all_headers["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, data, all_headers, method=method)
        try:
            return urlopen(request, timeout=timeout_s or self._timeout_s)
        except HTTPError as error:
            if error.code == 304:
                return error
            raise ApiError(error) from None


class Computer:
    """A computer that is logged in to.

    When its connection has ended, by time or since the server has been restarted, the next call
    logs in again, once for all threads.
    """

    def __init__(self, server: VeyonWebApi, host: str, credentials: Dict[str, str]):
        self.host = host
        self._server = server
        self._path = f"/api/v1/authentication/{quote(host, safe=':')}"
        self._login = _login_body(dict(credentials))
        self._uid: Optional[str] = None
        self._lock = threading.Lock()

    def uid(self) -> str:
        """The Connection-Uid, of a login that is made if there is none. Raises ApiError."""
        with self._lock:
            if self._uid is None:
                answer = self._server._json("POST", self._path, self._login)
                self._uid = answer["connection-uid"]
            return self._uid

    def user(self) -> Dict[str, Any]:
        """Who is logged on."""
        return self._json("GET", "/api/v1/user")

    def session(self) -> Dict[str, Any]:
        return self._json("GET", "/api/v1/session")

    def features(self) -> List[Dict[str, Any]]:
        """All features, and which of them are active."""
        return self._json("GET", "/api/v1/feature")

    def is_active(self, feature: str) -> bool:
        return self._json("GET", f"/api/v1/feature/{FEATURES[feature]}")["active"]

    def start(self, feature: str, **arguments: Any) -> None:
        body = {"active": True, "arguments": arguments}
        self._json("PUT", f"/api/v1/feature/{FEATURES[feature]}", body)

    def stop(self, feature: str) -> None:
        self._json("PUT", f"/api/v1/feature/{FEATURES[feature]}", {"active": False})

    def picture(self, wait_s: float = FIRST_PICTURE_WAIT_S, **query: Any) -> Picture:
        """The screen as it is; waits for the first picture after a login.

        Query: format, width, height, compression, quality, screen.
        """
        picture = self.picture_unless("", wait_s, **query)
        assert picture is not None
        return picture

    def picture_unless(
        self, etag: str, wait_s: float = FIRST_PICTURE_WAIT_S, **query: Any
    ) -> Optional[Picture]:
        """None as long as the picture is still the one of this ETag."""
        end = time.monotonic() + wait_s
        path = f"/api/v1/framebuffer?{urlencode(query)}"
        headers = {"If-None-Match": etag} if etag else {}
        while True:
            try:
                with self._open("GET", path, headers=headers) as answer:
                    if answer.status == 304:
                        return None
                    get = answer.headers.get
                    return Picture(answer.read(), get("Content-Type", ""), get("ETag", ""))
            except ApiError as error:
                pause_s = error.retry_after_s or RETRY_S
                if not error.is_too_early or time.monotonic() + pause_s > end:
                    raise
                time.sleep(pause_s)

    def pictures(self, **query: Any) -> Iterator[bytes]:
        """Pictures as the screen changes, until the connection ends; JPEG by default.

        Query: that of picture, and fps. A screen that does not change sends none. Leave the loop
        to end it.
        """
        path = f"/api/v1/framebuffer/stream?{urlencode(query)}"
        with self._open("GET", path, timeout_s=24 * 3600) as answer:
            length = None
            for line in iter(answer.readline, b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                elif line == b"\r\n" and length is not None:
                    data = answer.read(length)
                    if len(data) < length:
                        return
                    length = None
                    yield data

    def events(self) -> Iterator[Dict[str, Any]]:
        """What happens to it: at first the state as it is, then each change."""
        return self._server.events([self])

    def pointer(self, **body: float) -> None:
        """Moves the pointer: x, y in pixels with button_mask, or in parts of the screen with buttons."""
        if "button_mask" in body:
            body["buttonMask"] = body.pop("button_mask")
        self._json("POST", "/api/v1/input/pointer", body)

    def key(self, key: Optional[str] = None, **body: Any) -> None:
        """Presses (down=True) or releases (down=False) a key, or both; or types text="..."."""
        self._json("POST", "/api/v1/input/key", {**({"key": key} if key else {}), **body})

    def clipboard(self, text: str) -> None:
        """Sets what is pasted there."""
        self._json("POST", "/api/v1/input/clipboard", {"text": text})

    def connection(self) -> Dict[str, Any]:
        """What its connection is."""
        return self._json("GET", "/api/v1/connection")

    def start_broadcast(self, targets: Sequence["Computer"], **options: Any) -> Dict[str, Any]:
        """Shows its screen on others; options: mode, host, port. Each succeeds or fails by itself."""
        body = {"targetConnectionUids": [target.uid() for target in targets], **options}
        return self._json("POST", "/api/v1/broadcast/start", body)

    def stop_broadcast(self, targets: Optional[Sequence["Computer"]] = None) -> List[Dict[str, Any]]:
        """Ends that, by default on all of them."""
        uids = None if targets is None else [target.uid() for target in targets]
        body = {} if uids is None else {"targetConnectionUids": uids}
        return self._json("POST", "/api/v1/broadcast/stop", body)["targets"]

    def ticket(self, scope: str = "view", uids: Optional[List[str]] = None) -> str:
        """For an <img>, an EventSource or a WebSocket: for its query, once, within 30 s."""
        body = {"scope": scope, **({} if uids is None else {"uids": uids})}
        return self._json("POST", "/api/v1/ticket", body)["ticket"]

    def close(self) -> None:
        """Logs off. The next call would log in again."""
        with self._lock:
            uid, self._uid = self._uid, None
        if uid is None:
            return
        try:
            self._server._json("DELETE", self._path, headers={"Connection-Uid": uid})
        except ApiError as error:
            if not error.is_closed:
                raise

    def __enter__(self) -> "Computer":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        with self._open(method, path, body) as answer:
            return json.load(answer)

    def _open(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Dict[str, str] = {},
        timeout_s: Optional[float] = None,
    ) -> Any:
        uid = self.uid()
        try:
            return self._server._open(
                method, path, body, {**headers, "Connection-Uid": uid}, timeout_s
            )
        except ApiError as error:
            if not error.is_closed:
                raise
        with self._lock:
            if self._uid == uid:
                self._uid = None
        again = {**headers, "Connection-Uid": self.uid()}
        return self._server._open(method, path, body, again, timeout_s)


def _login_body(credentials: Dict[str, str]) -> Dict[str, Any]:
    method = credentials.pop("method", None)
    if method is None:
        if "keyname" in credentials:
            method = AUTH_KEYS
        else:
            method = AUTH_LOGON if "username" in credentials else AUTH_SIMPLE
    return {"method": method, "credentials": credentials}
