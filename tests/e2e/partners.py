"""Partners that receive deliveries over TLS and answer, or do not answer. Each has a port of its own."""
import json
import re
import socket
import ssl
import threading
import time
from pathlib import Path

WAYS = ("answers", "never does TLS", "never answers", "answers one byte each second")


class Partner:
    """Accepts until it is closed. `way` may change while it runs, and counts for later connections."""

    def __init__(self, organization: str, certificate: Path, way: str = "answers") -> None:
        assert way in WAYS
        self.organization, self.way = organization, way
        self.plans: list[str] = []  # titles of what was received, in the order of arrival
        self.open = self.most_open = 0
        self._held: list[socket.socket] = []
        self._guard = threading.Lock()
        self.use(certificate)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def base(self) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}/{self.organization}/fhir"

    def use(self, certificate: Path) -> None:
        """Uses `certificate`.pem and .key from the next connection on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.with_suffix(".pem"), certificate.with_suffix(".key"))
        self._context = context

    def mend(self) -> None:
        """It answers from now on. Connections that hang are broken off."""
        self.way = "answers"
        with self._guard:
            all_held = list(self._held)
        for held in all_held:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self) -> None:
        self.mend()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._hold, args=(plain,), daemon=True).start()

    def _hold(self, plain: socket.socket) -> None:
        with self._guard:
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            self._held.append(plain)
        try:
            self._talk(plain)
        except OSError:
            pass
        finally:
            with self._guard:
                self.open -= 1
            plain.close()

    def _talk(self, plain: socket.socket) -> None:
        if self.way == "never does TLS":
            while plain.recv(4096):
                pass
            return
        with self._context.wrap_socket(plain, server_side=True) as secure:
            with self._guard:
                self._held.append(secure)  # it has taken over the descriptor
            while plan := self._read(secure):
                if self.way == "never answers":
                    while secure.recv(4096):
                        pass
                    return
                if self.way == "answers one byte each second":
                    for byte in b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nX-Slow: " + b"x" * 60:
                        secure.sendall(bytes([byte]))
                        time.sleep(1)
                    return
                with self._guard:
                    self.plans.append(plan)
                secure.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    def _read(self, secure: ssl.SSLSocket) -> str:
        """The title of the plan in a message; empty if there is no more."""
        received = b""
        while b"\r\n\r\n" not in received:
            part = secure.recv(65536)
            if not part:
                return ""
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.I)
        assert length, head
        while len(body) < int(length[1]):
            body += secure.recv(65536)
        return str(json.loads(body)["entry"][0]["resource"]["title"])
