"""Long answers over real connections: whole for clients that read them, and harmless if a client does not."""
import gzip
import json
import os
import signal
import socket
import ssl
import subprocess
import time
import unittest

from program import STOP_SECONDS_MAX, eventually
from served import ServedTest

DOCUMENTS = 12
BYTES = 600_000


class StreamTest(ServedTest):
    def setUp(self) -> None:
        super().setUp()
        self.served.start()
        self.token = self.served.token()
        for number in range(DOCUMENTS):
            document = {"resourceType": "Binary", "id": f"b{number}", "contentType": "text/plain", "data": chr(65 + number) * BYTES}
            self.assertEqual(self.served.ask("PUT", f"/Binary/b{number}", self.token, document).status, 201)

    def port(self) -> int:
        return int(self.served.base.split(":")[2].split("/")[0])

    def curl(self, *options: str) -> bytes:
        url = f"https://127.0.0.1:{self.port()}/fhir/Binary?_count={DOCUMENTS}"
        command = ["curl", "-sS", "--cacert", str(self.served.folder / "server.pem"), "-H", f"Authorization: Bearer {self.token}", *options, url]
        done = subprocess.run(command, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def ids(self, body: bytes) -> list[str]:
        return [entry["resource"]["id"] for entry in json.loads(body)["entry"]]

    def connection(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.served.folder / "server.pem"))
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port())), server_hostname="127.0.0.1")

    def request(self, version: str) -> bytes:
        head = f"GET /fhir/Binary?_count={DOCUMENTS} HTTP/{version}\r\nHost: 127.0.0.1:{self.port()}\r\n"
        return (head + f"Authorization: Bearer {self.token}\r\nConnection: close\r\n\r\n").encode()

    def raw(self, version: str) -> bytes:
        answer = b""
        with self.connection() as one:
            one.sendall(self.request(version))
            while piece := one.recv(1 << 16):
                answer += piece
        return answer

    def test_clients_read_the_whole(self) -> None:
        expected = [f"b{number}" for number in reversed(range(DOCUMENTS))]
        self.assertEqual(self.ids(self.curl()), expected)
        self.assertEqual(self.ids(self.curl("--compressed")), expected)
        self.assertEqual(self.ids(gzip.decompress(self.curl("-H", "Accept-Encoding: gzip"))), expected)
        head, _, body = self.raw("1.1").partition(b"\r\n\r\n")
        self.assertIn(b"Transfer-Encoding: chunked", head)
        self.assertTrue(body.endswith(b"\r\n0\r\n\r\n"))
        head, _, body = self.raw("1.0").partition(b"\r\n\r\n")  # knows no chunks
        self.assertNotIn(b"Transfer-Encoding", head)
        self.assertEqual(self.ids(body), expected)

    def test_clients_that_go_leave_nothing_behind(self) -> None:
        for _ in range(20):  # more than a client may have at once
            with self.connection() as one:
                one.sendall(self.request("1.1"))
                self.assertTrue(one.recv(1000).startswith(b"HTTP/1.1 200"))
        self.assertTrue(eventually(lambda: self.served.ask("GET", "/Binary?_count=12", self.token).status == 200, 10))
        descriptors = os.listdir(f"/proc/{self.served.program.members()[0]}/fd")
        self.assertLess(len(descriptors), 100, "each stream gave its state of the store back")

    def test_it_ends_while_answers_are_under_way(self) -> None:
        """A stream that nobody reads, and batches that take longer than the gateway waits for."""
        search = {"request": {"method": "GET", "url": "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/observation-codes"}}
        body = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": [search] * 5000}).encode()
        head = f"POST /fhir HTTP/1.1\r\nHost: 127.0.0.1:{self.port()}\r\nAuthorization: Bearer {self.token}\r\n"
        head += f"Content-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
        with self.connection() as stream, self.connection() as one, self.connection() as other:
            stream.sendall(self.request("1.1"))
            stream.recv(1000)
            for batch in (one, other):
                batch.sendall(head.encode() + body)
            time.sleep(0.5)  # the batches are under way
            self.served.program.send(signal.SIGTERM)
            self.assertEqual(self.served.program.wait(STOP_SECONDS_MAX), 0, self.served.program.output()[-2000:])


if __name__ == "__main__":
    unittest.main()
