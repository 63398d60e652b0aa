"""Small file systems of a test's own, in a mount namespace that ends with this process. So nothing of them
outlives it."""
import ctypes
import os
import subprocess
import unittest
from pathlib import Path

CLONE_NEWNS = 0x00020000
_apart = False


def _step_apart() -> None:
    global _apart
    if _apart:
        return
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise unittest.SkipTest(f"no mount namespace of its own: {os.strerror(ctypes.get_errno())}")
    _mount("--make-rprivate", "/")
    _apart = True


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise unittest.SkipTest(f"nothing can be mounted here: {done.stderr.strip()}")


class Volume:
    """A file system of this size in bytes on an existing folder. Skips, and says so, if that is not possible."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        self._ballast = folder / "ballast"
        _step_apart()
        _mount("-t", "tmpfs", "-o", f"size={size},mode=0700", "handoff-test", str(folder))

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)

    def make_read_only(self) -> None:
        _mount("-o", "remount,ro", str(self.folder))

    def fill(self) -> None:
        """To the last byte."""
        descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            for size in (1 << 20, 4096, 1):
                try:
                    while os.write(descriptor, b"x" * size) > 0:
                        pass
                except OSError:
                    continue
        finally:
            os.close(descriptor)

    def make_room(self) -> None:
        self._ballast.unlink()
