"""Ordinary requests mixed with slow, broken and half-open connections: nothing crashes, everybody is
answered, and the memory comes back.

1,500 requests in the short run, 50,000 with HANDOFF_LONG (./tests/run --long).
"""
import http.client
import json
import os
import random
import socket
import ssl
import struct
import threading
import time
import unittest
from pathlib import Path

from client import FHIR
from program import eventually
from served import ServedTest

REQUESTS, WARM_UP, WARM_UP_ROUNDS = (50_000, 20_000, 20) if os.environ.get("HANDOFF_LONG") else (1_500, 2_000, 1)
SETTLED = 1.01  # if a round adds less, the caches are full
CLIENTS = 6
HOSTILE = 3
GROWTH_MAX = 1.2
BROKEN = (b"\x16\x03\x01\x00\x05hello", b"GET / HTTP/1.1\r\n\r\n", b"POST /fhir HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          b"GET /" + b"x" * 30_000, b"POST /auth/token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"y" * 70_000,
          b"\r\n\r\n", b"GET /fhir/metadata HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", b"\x00" * 100)


class SoakTest(ServedTest):
    def setUp(self) -> None:
        super().setUp()
        self.served.start()
        self.trust = ssl.create_default_context(cafile=str(self.served.folder / "server.pem"))
        host, port = self.served.base.removeprefix("https://").removesuffix("/fhir").split(":")
        self.place = (host, int(port))
        (self.pid,) = self.served.program.members()
        self.left = 0
        self.failures: list[str] = []
        self.lock = threading.Lock()
        self.over = threading.Event()

    def resident_kb(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1])

    def take(self) -> bool:
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def ask(self, rng: random.Random, connection: http.client.HTTPSConnection, token: str) -> None:
        patient = f"p{rng.randrange(200)}"
        batch = {"resourceType": "Bundle", "type": "batch", "entry": [{"request": {"method": "GET", "url": f"Patient/{patient}"}}] * 10}
        kind = rng.random()
        if kind < 0.5:
            method, path, body, good = "GET", f"Patient/{patient}", None, {200}
        elif kind < 0.7:
            method, path, body, good = "GET", "Patient?name=family&_count=10", None, {200}
        elif kind < 0.8:
            method, path, body, good = "PUT", f"Patient/{patient}", {"resourceType": "Patient", "id": patient, "name": [{"family": "Family"}],
                                                                     "birthDate": f"{rng.randrange(1950, 2000)}-01-02"}, {200}
        elif kind < 0.9:
            method, path, body, good = "POST", "", batch, {200}
        else:
            method, path, body, good = "GET", "Patient/nobody", None, {404}
        headers = {"Authorization": f"Bearer {token}", "Accept": FHIR, "Content-Type": FHIR}
        connection.request(method, "/fhir/" + path if path else "/fhir", None if body is None else json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status not in good:
            self.failures.append(f"{method} {path}: {answer.status} {text[:200]!r}")

    def client(self, seed: int) -> None:
        rng = random.Random(seed)
        token, begun = self.served.token(), time.monotonic()
        connection = http.client.HTTPSConnection(*self.place, timeout=30, context=self.trust)
        try:
            while self.take():
                if time.monotonic() - begun > 200:
                    token, begun = self.served.token(), time.monotonic()
                self.ask(rng, connection, token)
        except (OSError, http.client.HTTPException) as failure:
            self.failures.append(f"client {seed}: {failure!r}")
        finally:
            connection.close()

    def hostile(self, seed: int) -> None:
        rng = random.Random(seed)
        kept: list[socket.socket] = []
        while not self.over.is_set():
            try:
                plain = socket.create_connection(self.place, timeout=5)
                kind = rng.random()
                if kind < 0.2:  # never sends a TLS greeting
                    kept.append(plain)
                elif kind < 0.4:  # bytes that are not TLS, and a reset
                    plain.sendall(rng.choice(BROKEN))
                    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    plain.close()
                else:
                    secure = self.trust.wrap_socket(plain, server_hostname="127.0.0.1")
                    secure.sendall(rng.choice(BROKEN))
                    if kind < 0.7:  # waits for more, or for nothing
                        kept.append(secure)
                    else:
                        secure.close()
            except OSError:
                pass
            while len(kept) > 40:
                kept.pop(rng.randrange(len(kept))).close()
            time.sleep(0.005)
        for each in kept:
            each.close()

    def run_requests(self, count: int) -> None:
        self.left = count
        self.over.clear()
        clients = [threading.Thread(target=self.client, args=(seed,)) for seed in range(CLIENTS)]
        hostile = [threading.Thread(target=self.hostile, args=(100 + seed,)) for seed in range(HOSTILE)]
        for thread in clients + hostile:
            thread.start()
        for thread in clients:
            thread.join()
        self.over.set()
        for thread in hostile:
            thread.join()

    def warm_up(self) -> None:
        """Runs until the page caches of the store are full: 64 MB of the writer, 8 MB of each reader. Memory
        that grows after that is lost."""
        for _ in range(WARM_UP_ROUNDS):
            before_kb = self.resident_kb()
            self.run_requests(WARM_UP)
            if self.resident_kb() < before_kb * SETTLED:
                return

    def test_a_long_day(self) -> None:
        token = self.served.token()
        entries = [{"request": {"method": "PUT", "url": f"Patient/p{i}"},
                    "resource": {"resourceType": "Patient", "id": f"p{i}", "name": [{"family": "Family"}]}} for i in range(200)]
        self.assertEqual(self.served.ask("POST", "", token, {"resourceType": "Bundle", "type": "transaction", "entry": entries}).status, 200)
        self.warm_up()
        start_kb, begin = self.resident_kb(), time.monotonic()
        self.run_requests(REQUESTS)
        seconds = time.monotonic() - begin
        self.assertEqual(self.failures[:5], [])
        eventually(lambda: self.resident_kb() <= start_kb * GROWTH_MAX, 15)
        print(f"{REQUESTS} requests in {seconds:.0f} s; {start_kb} KB before, {self.resident_kb()} KB after")
        self.assertEqual(self.served.program.members(), [self.pid])
        self.assertLessEqual(self.resident_kb(), start_kb * GROWTH_MAX)
        self.assertEqual(self.served.ask("GET", "/metadata").status, 200)


if __name__ == "__main__":
    unittest.main()
