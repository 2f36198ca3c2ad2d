"""Shows computers on a web page that follows them: their screens, and who is logged on.

    VEYON_PASSWORD=veyon python3 examples/dashboard.py http://127.0.0.1:11080 teacher room1-pc1 ...

Then open what it prints. With `npm start`, the computers are the 127.0.0.1:PORT that it prints. Needs Python 3.8 and client/python/veyon_webapi.py.
"""

import os
import sys
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "client", "python"))
from veyon_webapi import ApiError, VeyonWebApi

url, username, *hosts = sys.argv[1:]
account = {"username": username, "password": os.environ["VEYON_PASSWORD"]}
school = VeyonWebApi(url)
computers = [school.log_in(host, **account) for host in hosts]
users = ["" for _ in computers]
locked = [False for _ in computers]


def follow():
    """Who is logged on and who is locked, as it changes; anew when a connection has ended."""
    while True:
        try:
            follow_once()
        except (ApiError, OSError) as error:
            print(error, file=sys.stderr)
        time.sleep(2)


def follow_once():
    for event in school.events(computers):
        place = event["connection"]
        if event["event"] == "user":
            users[place] = event["fullName"] or "nobody is logged on"
        elif event["event"] == "features":
            locked[place] = any(each["name"] == "ScreenLock" for each in event["active"])
        elif event["event"] == "connection" and event["state"] == "closed":
            return


def page():
    yield '<meta charset="utf-8"><meta http-equiv="refresh" content="1">'
    for place, computer in enumerate(computers):
        state = f"{computer.host}: {users[place]} {'(locked)' if locked[place] else ''}"
        yield f'<figure><img src="/{place}.jpg"><figcaption>{escape(state)}</figcaption></figure>'


class Dashboard(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/":
            return self.answer(200, "text/html", "".join(page()).encode())
        try:
            computer = computers[int(self.path[1:].split(".")[0])]
            self.answer(200, "image/jpeg", computer.picture(format="jpeg", width=400).data)
        except (ApiError, ValueError, IndexError) as error:
            self.answer(404, "text/plain", str(error).encode())

    def answer(self, status, content_type, body):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.end_headers()
        self.wfile.write(body)


threading.Thread(target=follow, daemon=True).start()
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 0))), Dashboard)
print(f"http://127.0.0.1:{server.server_port}/", flush=True)
server.serve_forever()
