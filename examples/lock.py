"""Logs in to a computer, saves its screen, locks it for a while, and logs off:

    VEYON_PASSWORD=veyon python3 examples/lock.py http://127.0.0.1:11080 room1-pc1 teacher [SECONDS]

With `npm start`, the computer is the 127.0.0.1:PORT that it prints.

Needs Python 3.8 and nothing else.
"""

import json
import os
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

LOGON = "63611f7c-b457-42c7-832e-67d0f9281085"
SCREEN_LOCK = "ccb535a2-1d24-4cc1-a709-8b47d2b2ac79"

url, host, username = sys.argv[1:4]
seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 5
headers = {"Content-Type": "application/json"}


def call(method, path, body=None):
    """The bytes of the answer; exits with what the API says is wrong."""
    data = None if body is None else json.dumps(body).encode()
    for tries in range(1, 6):
        try:
            request = Request(f"{url}/api/v1/{path}", data, headers, method=method)
            with urlopen(request) as response:
                return response.read()
        except HTTPError as error:
            # There is no picture until the host has sent every pixel.
            retry_after = error.headers["Retry-After"]
            if retry_after is None or tries == 5:
                sys.exit(error.read().decode())
            time.sleep(float(retry_after))


credentials = {"username": username, "password": os.environ["VEYON_PASSWORD"]}
login = call("POST", f"authentication/{host}", {"method": LOGON, "credentials": credentials})
headers["Connection-Uid"] = json.loads(login)["connection-uid"]

with open("screen.png", "wb") as file:
    file.write(call("GET", "framebuffer"))
print(f"screen.png shows {host}")

call("PUT", f"feature/{SCREEN_LOCK}", {"active": True})
time.sleep(seconds)
print(json.loads(call("GET", f"feature/{SCREEN_LOCK}")))
call("PUT", f"feature/{SCREEN_LOCK}", {"active": False})
call("DELETE", f"authentication/{host}")
