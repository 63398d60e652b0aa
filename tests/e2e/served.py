"""A gateway by `handoff serve`, with a certificate, clients and a configuration of its own, and its client."""
import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import unittest
from datetime import datetime
from pathlib import Path
from typing import Any

from client import FHIR, TIMEOUT_SECONDS, Answer, read
from program import ROOT, Program, binary, eventually

READY_SECONDS_MAX = 60


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs `handoff ARGUMENTS` to its end."""
    return subprocess.run([str(binary()), *arguments], capture_output=True, text=True, timeout=TIMEOUT_SECONDS * 3,
                          env={**os.environ, "HANDOFF_HOME": str(ROOT)})


def make_certificate(folder: Path, name: str = "server") -> None:
    """Makes a self-signed certificate for loopback: `name`.pem and `name`.key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                    "-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem")], check=True, capture_output=True)
    (folder / f"{name}.key").chmod(0o600)


def make_certificate_until(folder: Path, name: str, end: datetime) -> None:
    """As make_certificate, but with the end of its time. `openssl req` can only count whole days, and only
    into the future."""
    make_certificate(folder, name)
    place = folder / f"{name}.authority"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    (place / "index").touch()
    (place / "serial").write_text("01")
    (place / "configuration").write_text(
        f"[ca]\ndefault_ca=a\n[a]\ndatabase={place}/index\nnew_certs_dir={place}\nserial={place}/serial\ndefault_md=sha256\n"
        "policy=p\ncopy_extensions=copyall\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nbasicConstraints=critical,CA:TRUE\n")
    key, request = str(folder / f"{name}.key"), str(place / "request")
    for command in (["req", "-new", "-key", key, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                     "-out", request],
                    ["ca", "-batch", "-selfsign", "-config", str(place / "configuration"), "-keyfile", key, "-in", request, "-notext",
                     "-startdate", "20200101000000Z", "-enddate", f"{end:%Y%m%d%H%M%SZ}", "-out", str(folder / f"{name}.pem")]):
        subprocess.run(["openssl", *command], check=True, capture_output=True)


class Served:
    """The folder, and the gateway while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program: Program | None = None
        self.base = ""
        (folder / "data").mkdir(parents=True)
        make_certificate(folder)
        self.configure()
        self.add_client("operator", "--role", "operator", "--scope", "system/*.cruds")

    @property
    def config(self) -> str:
        return str(self.folder / "handoff.json")

    def configure(self, **settings: Any) -> None:
        """Writes the smallest configuration with these settings. None leaves a setting out."""
        all_settings = {"listen_port": 0, "certificate_file": "server.pem", "private_key_file": "server.key", "data_folder": "data",
                        "ledger_key_file": "ledger.key", "id_key_file": "id.key", "clients_file": "clients.json", "drain_grace_s": 5} | settings
        kept = {name: value for name, value in all_settings.items() if value is not None}
        Path(self.config).write_text("// a test's\n" + json.dumps(kept, indent=2), encoding="utf-8")

    def add_client(self, client_id: str, *options: str) -> None:
        done = call("client", "add", client_id, "--clients", str(self.folder / "clients.json"),
                    "--key-out", str(self.folder / f"{client_id}.jwk.json"), *options)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        self.program = Program(log, ["serve", "--config", self.config])
        ready = eventually(lambda: "ready at" in self.program.output() or not self.program.is_running(), READY_SECONDS_MAX)
        told = re.search(r"^handoff: ready at (https://\S+)$", self.program.output(), re.M)
        assert ready and told, self.program.output()
        self.base = told[1]

    def stop(self) -> None:
        if self.program:
            self.program.__exit__()

    def token(self, client_id: str = "operator") -> str:
        done = call("token", "--token-url", self.base.replace("/fhir", "/auth/token"), "--client", client_id,
                    "--key", str(self.folder / f"{client_id}.jwk.json"), "--cacert", str(self.folder / "server.pem"))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ask(self, method: str, path: str, token: str | None = None, body: Any = None, authority: str = "server") -> Answer:
        host, port = re.fullmatch(r"https://([^/:]+):(\d+)/fhir", self.base).groups()
        trust = ssl.create_default_context(cafile=str(self.folder / f"{authority}.pem"))
        headers = {"Accept": FHIR} | ({"Authorization": f"Bearer {token}"} if token else {})
        if body is not None:
            headers["Content-Type"] = FHIR
        connection = http.client.HTTPSConnection(host, int(port), timeout=TIMEOUT_SECONDS, context=trust)
        try:
            connection.request(method, "/fhir" + path, None if body is None else json.dumps(body).encode(), headers)
            return read(connection.getresponse())
        finally:
            connection.close()

    def logs(self, text: str) -> bool:
        """True if the log says this within ten seconds."""
        return eventually(lambda: text in self.program.output(), 10)


class ServedTest(unittest.TestCase):
    """Every test has a gateway of its own, in a folder that is removed with it. The test starts the gateway."""

    def setUp(self) -> None:
        binary()
        folder = Path(tempfile.mkdtemp(prefix="handoff-e2e-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.served = Served(folder / "gateway")
        self.addCleanup(self.served.stop)
