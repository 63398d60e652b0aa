"""Two thousand idle connections, too few descriptors, slow senders. What the gateway holds is bounded. A slow
sender is ended by its limit and told so. Others are answered meanwhile."""
import resource
import socket
import ssl
import threading
import time
import unittest
from collections.abc import Callable
from pathlib import Path

from program import eventually
from served import ServedTest

IDLE = 2_000
KB_EACH_MAX = 90  # the design's limit for an idle connection
ANSWER_SECONDS_MAX = 5  # for an ordinary request meanwhile
HEADER_SECONDS = 10  # core/limits.h: http_header_timeout, and tls_handshake_timeout
SLACK_SECONDS = 6


class ConnectionFaultsTest(ServedTest):
    def setUp(self) -> None:
        super().setUp()
        self.trust = ssl.create_default_context(cafile=str(self.served.folder / "server.pem"))

    def process(self) -> Path:
        (pid,) = self.served.program.members()
        return Path("/proc") / str(pid)

    def resident_kb(self) -> int:
        status = (self.process() / "status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1])

    def busy_seconds(self) -> float:
        fields = (self.process() / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def descriptors(self) -> int:
        return len(list((self.process() / "fd").iterdir()))

    def plain(self) -> socket.socket:
        host, port = self.served.base.removeprefix("https://").removesuffix("/fhir").split(":")
        made = socket.create_connection((host, int(port)), timeout=20)
        self.addCleanup(made.close)
        return made

    def secure(self) -> ssl.SSLSocket:
        made = self.trust.wrap_socket(self.plain(), server_hostname="127.0.0.1")
        self.addCleanup(made.close)
        return made

    def answered(self) -> None:
        begin = time.monotonic()
        self.assertEqual(self.served.ask("GET", "/metadata").status, 200)
        self.assertLess(time.monotonic() - begin, ANSWER_SECONDS_MAX)

    def allow_files(self, soft: int) -> None:
        """For this process, and by inheritance for those that it starts."""
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        if before[1] < soft:
            self.skipTest(f"this machine allows a process {before[1]} open files; {soft} are needed")
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))

    def test_two_thousand_idle_connections(self) -> None:
        self.allow_files(1_024)  # the usual soft limit, which the gateway raises by itself
        self.served.start()
        self.allow_files(IDLE + 500)
        for _ in range(20):
            self.answered()
        descriptors, before_kb = self.descriptors(), self.resident_kb()
        idle = [self.secure() for _ in range(IDLE)]
        each_kb = (self.resident_kb() - before_kb) / IDLE
        print(f"{each_kb:.1f} KB for each of {IDLE} idle connections")
        # Some of the earlier ones may not be closed yet.
        self.assertGreaterEqual(self.descriptors(), descriptors + IDLE - 20)
        self.assertLess(each_kb, KB_EACH_MAX)
        self.answered()
        idle[0].sendall(b"GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        self.assertTrue(idle[0].recv(64).startswith(b"HTTP/1.1 200 "), "it was idle, not forgotten")
        for each in idle:
            each.close()
        self.assertTrue(eventually(lambda: self.descriptors() <= descriptors + 2, 10), f"{self.descriptors()} descriptors are left")
        self.answered()

    def test_more_connections_than_allowed_are_refused_at_once(self) -> None:
        self.served.configure(connections_max=10)
        self.served.start()
        held = [self.secure() for _ in range(10)]
        begin = time.monotonic()
        with self.assertRaises(OSError):
            self.secure()
        self.assertLess(time.monotonic() - begin, ANSWER_SECONDS_MAX)
        held.pop().close()
        self.assertTrue(eventually(self.is_taken, 5), "whoever goes makes room")

    def is_taken(self) -> bool:
        try:
            self.secure().close()
        except OSError:
            return False
        return True

    def test_without_descriptors_it_waits_and_goes_on(self) -> None:
        self.served.start()
        self.answered()
        pid = int(self.process().name)
        _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (self.descriptors() + 5, hard))
        waiting = [self.plain() for _ in range(50)]
        self.assertTrue(self.served.logs("no connection can be accepted"))
        before = self.busy_seconds()
        time.sleep(2)
        self.assertLess(self.busy_seconds() - before, 0.5, "it spins")
        self.assertTrue(self.served.program.is_running())
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard, hard))
        self.answered()
        for each in waiting:
            each.close()
        self.answered()

    def test_slow_senders_are_ended_and_told(self) -> None:
        self.served.start()
        begin = time.monotonic()
        senders = [(self.secure(), b"GET /fhir/metadata HTTP/1.1\r\nX-Slow: " + b"x" * 100) for _ in range(20)]
        shaking = [(self.plain(), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 100) for _ in range(20)]
        told: list[bytes] = []
        ended: list[float] = []

        def trickle(channel: socket.socket, rest: bytes) -> None:
            channel.settimeout(0.5)
            received = b""
            for number in range(len(rest)):
                try:
                    channel.sendall(rest[number:number + 1])
                    part = channel.recv(4096)
                    received += part
                    if not part:
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            ended.append(time.monotonic() - begin)
            if isinstance(channel, ssl.SSLSocket):
                told.append(received)

        run: list[Callable[[], None]] = [lambda c=c, r=r: trickle(c, r) for c, r in senders + shaking]
        threads = [threading.Thread(target=each) for each in run]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self.answered()
            time.sleep(0.5)
        for thread in threads:
            thread.join()
        self.assertLess(max(ended), HEADER_SECONDS + SLACK_SECONDS, "nothing is held for longer than its limit")
        self.assertGreater(min(ended), HEADER_SECONDS - 3, "it was not the limit that ended them")
        self.assertEqual([answer for answer in told if not answer.startswith(b"HTTP/1.1 408 ") or b"OperationOutcome" not in answer], [])


if __name__ == "__main__":
    unittest.main()
