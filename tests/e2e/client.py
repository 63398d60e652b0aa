"""A client of a running sandbox. It uses HTTPS with the sandbox's own authority, and only what `sandbox.json`
says."""
import http.client
import json
import socket
import ssl
import subprocess
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from program import binary
from records import Values

TIMEOUT_SECONDS = 20
FHIR = "application/fhir+json"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    def json(self) -> Values:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


class Client:
    def __init__(self, data: Path) -> None:
        self.data = data
        self.sandbox: Values = json.loads((data / "sandbox.json").read_text(encoding="utf-8"))
        base = urllib.parse.urlsplit(self.sandbox["base"])
        assert base.scheme == "https" and base.hostname and base.port
        self.host, self.port, self.path = base.hostname, base.port, base.path
        self.trust = ssl.create_default_context(cafile=str(data / self.sandbox["ca"]))

    def ask(self, method: str, path: str, token: str | None = None, body: bytes | None = None, media_type: str = FHIR) -> Answer:
        """`path` is below the FHIR base."""
        headers = {"Accept": FHIR} | ({"Authorization": f"Bearer {token}"} if token else {})
        if body is not None:
            headers["Content-Type"] = media_type
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=TIMEOUT_SECONDS, context=self.trust)
        try:
            connection.request(method, self.path + path, body, headers)
            return read(connection.getresponse())
        finally:
            connection.close()

    def token(self, client_id: str) -> str:
        told = subprocess.run([str(binary()), "token", "--data", str(self.data), "--client", client_id],
                              capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
        if told.returncode != 0 or len(told.stdout.split()) != 1:
            raise AssertionError(f"no token for {client_id}: exit code {told.returncode}, {told.stderr.strip()}")
        return told.stdout.strip()

    def raw(self, sent: bytes) -> bytes:
        """Sends bytes within TLS. Returns what comes back until the server closes, stops or breaks off."""
        with self.plain_socket() as plain, self.trust.wrap_socket(plain, server_hostname=self.host) as secure:
            return exchange(secure, sent)

    def raw_plain(self, sent: bytes) -> None:
        """Sends bytes to the TLS port without TLS."""
        with self.plain_socket() as plain:
            exchange(plain, sent)

    def plain_socket(self) -> socket.socket:
        made = socket.create_connection((self.host, self.port), timeout=TIMEOUT_SECONDS)
        made.settimeout(1)
        return made


def exchange(channel: socket.socket, sent: bytes) -> bytes:
    received = b""
    try:
        channel.sendall(sent)
        while part := channel.recv(65536):
            received += part
    except (TimeoutError, OSError):
        pass
    return received


def read(response: http.client.HTTPResponse) -> Answer:
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
