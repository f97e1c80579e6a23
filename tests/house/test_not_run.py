"""What a machine cannot run is said at the end, and where nothing may be missing it is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT

NEEDS_A_BROWSER = '''
import pytest

@pytest.mark.browser
def test_that_needs_a_browser():
    """Never reached on a machine that has none."""
    assert True

def test_that_needs_nothing_much():
    """Runs everywhere."""
    assert True
'''


def run(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    """Run a test file that needs a browser as on a machine whose PATH has none."""
    (folder / "test_part.py").write_text(NEEDS_A_BROWSER, encoding="utf-8")
    plugins = ["-p", "tests.conftest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            ROOT / "setup.cfg",
            "--rootdir",
            ROOT,
            *plugins,
            folder / "test_part.py",
        ],
        cwd=ROOT,
        env={**os.environ, "PATH": "", "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_part_is_listed_with_the_command_that_brings_it(tmp_path: Path) -> None:
    """The run passes and closes with NOT RUN, the reason and the one command."""
    result = run(tmp_path, "")

    assert result.returncode == 0, result.stdout + result.stderr
    assert "NOT RUN: 1 test: this machine has no browser (Chromium)" in result.stdout
    assert "apt-get install chromium" in result.stdout
    assert "1 passed, 1 skipped" in result.stdout.splitlines()[-1]


def test_a_missing_part_is_a_failure_in_continuous_integration(tmp_path: Path) -> None:
    """With CI=true nothing may be missing."""
    result = run(tmp_path, "true")

    assert result.returncode == 1
    assert "CI=true allows nothing to be missing" in result.stdout
    assert "1 passed, 1 error" in result.stdout.splitlines()[-1]
