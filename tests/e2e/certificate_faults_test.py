"""Expired certificates: the gateway's own, and those that it or its clients trust. The side that meets one
reports it."""
import signal
import ssl
import time
import unittest
from datetime import datetime, timedelta, timezone

from program import eventually
from served import ServedTest, call, make_certificate, make_certificate_until

LONG_AGO = datetime(2024, 1, 1, tzinfo=timezone.utc)
LIFE_SECONDS = 8


class CertificateFaultsTest(ServedTest):
    def setUp(self) -> None:
        super().setUp()
        self.folder = self.served.folder

    def refused(self, setting: str) -> None:
        for command in ("check", "serve"):
            done = call(command, "--config", self.served.config)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertTrue(done.stderr.startswith(f"handoff {command}: {setting}: "), done.stderr)
            self.assertIn("expired at 2024-01-01T00:00:00.000Z", done.stderr)

    def test_an_expired_one_is_refused_by_its_setting(self) -> None:
        make_certificate_until(self.folder, "old", LONG_AGO)
        self.served.configure(certificate_file="old.pem", private_key_file="old.key")
        self.refused("certificate_file")
        self.served.configure(partner_ca_file="old.pem")
        self.refused("partner_ca_file")
        chain = (self.folder / "server.pem").read_text() + (self.folder / "old.pem").read_text()
        (self.folder / "server.pem").write_text(chain)
        self.served.configure(partner_ca_file="server.pem", certificate_file="server.pem")
        self.refused("certificate_file")  # every link of a chain must stand; of authorities, one is enough

    def test_its_own_expires_while_it_serves_and_a_new_one_brings_it_back(self) -> None:
        end = datetime.now(timezone.utc) + timedelta(seconds=LIFE_SECONDS)
        make_certificate_until(self.folder, "server", end)
        self.served.start()
        self.assertTrue(self.served.logs("server.pem expires at "))
        self.assertEqual(self.served.ask("GET", "/metadata").status, 200)
        time.sleep(max(0.0, (end - datetime.now(timezone.utc)).total_seconds()) + 1)
        with self.assertRaisesRegex(ssl.SSLCertVerificationError, "expired"):
            self.served.ask("GET", "/metadata")
        self.served.program.send(signal.SIGHUP)
        self.assertTrue(self.served.logs("not reloaded, the old configuration stays: certificate_file: "), self.served.program.output())
        told = call("token", "--token-url", self.served.base.replace("/fhir", "/auth/token"), "--client", "operator",
                    "--key", str(self.folder / "operator.jwk.json"), "--cacert", str(self.folder / "server.pem"))
        self.assertEqual((told.returncode, told.stdout), (1, ""), told.stderr)
        self.assertIn("certificate has expired", told.stderr)
        make_certificate(self.folder)
        self.served.program.send(signal.SIGHUP)
        self.assertTrue(self.served.logs("reloaded: "), self.served.program.output())
        self.assertTrue(eventually(lambda: self.served.ask("GET", "/metadata").status == 200, 5))

    def test_a_clients_trust_that_expired_is_named(self) -> None:
        make_certificate_until(self.folder, "old", LONG_AGO)
        self.served.start()
        told = call("load", "--to", self.served.base, "--cacert", str(self.folder / "old.pem"), "--client", "operator", "--token-url",
                    self.served.base.replace("/fhir", "/auth/token"), "--key", str(self.folder / "operator.jwk.json"), self.served.config)
        self.assertEqual(told.returncode, 1, told.stdout + told.stderr)
        self.assertIn("the certificate is not accepted: ", told.stderr)


if __name__ == "__main__":
    unittest.main()
