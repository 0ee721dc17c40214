"""Install a program with apt-get, where that can be done without asking: on Debian, as root."""

import os
import shutil
import subprocess


def install(name: str, package: str) -> bool:
    """Install `package`, which holds `name`; say so, and say why if it cannot be done."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {name} with apt-get …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        run = subprocess.run(
            ["apt-get", "-qq", *command], env=quiet, capture_output=True, text=True
        )
        if run.returncode != 0:
            reason = run.stderr.strip().splitlines() or ["no reason given"]
            print(f"apt-get {command[0]} failed: {reason[-1]}")
            return False
    return True
