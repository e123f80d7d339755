"""The image's entry point with stand-ins for what it starts, and what its Dockerfile must keep."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

BACKEND = Path(__file__).parents[1]
ENTRY_POINT = BACKEND / "docker-entrypoint.sh"
DOCKERFILE = (BACKEND / "Dockerfile").read_text(encoding="utf-8")
STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*"\necho "pid $$"\nexit {code}\n'


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for PATH with a `celery` and a `python` that only say how they were called."""
    for name in ("celery", "python"):
        _stand_in(tmp_path / name, code=0)
    return tmp_path


def _stand_in(path: Path, *, code: int) -> None:
    path.write_text(STAND_IN.format(code=code))
    path.chmod(0o755)


def _start(programs: Path, *words: str, **environment: str) -> tuple[int, list[str], str]:
    """Exit code, the calls in order, and what was said on stderr."""
    process = subprocess.Popen(
        [ENTRY_POINT, *words],
        env={"PATH": f"{programs}:{os.defpath}", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    out, err = process.communicate(timeout=20)
    *earlier, last = out.splitlines() or [""]
    if last:  # the last program took the place of the entry point, so that signals reach it
        assert last == f"pid {process.pid}"
    return process.returncode, [line for line in earlier if not line.startswith("pid ")], err


def test_by_default_the_tables_are_brought_up_to_date_and_the_api_starts(programs: Path) -> None:
    code, calls, _ = _start(programs)
    assert (code, calls) == (0, ["python -m app.cli.main migrate", "python -m app.cli.main api"])


def test_the_api_does_not_start_on_tables_that_could_not_be_migrated(programs: Path) -> None:
    _stand_in(programs / "python", code=3)
    process = subprocess.run(
        [ENTRY_POINT], env={"PATH": f"{programs}:{os.defpath}"}, capture_output=True, text=True, check=False
    )
    assert process.returncode == 3
    assert "app.cli.main api" not in process.stdout


def test_a_worker(programs: Path) -> None:
    code, calls, _ = _start(programs, RUN_WORKER="true")
    assert (code, calls) == (0, ["celery -A app.workers.celery worker --loglevel=info"])


def test_a_worker_takes_more_options_and_its_log_level(programs: Path) -> None:
    _, calls, _ = _start(programs, "--queues=ai", RUN_WORKER="true", RUN_BEAT="false", LOG_LEVEL="debug")
    assert calls == ["celery -A app.workers.celery worker --loglevel=debug --queues=ai"]


def test_the_scheduler(programs: Path) -> None:
    code, calls, _ = _start(programs, RUN_BEAT="true")
    assert code == 0
    (call,) = calls
    assert call.startswith("celery -A app.workers.celery beat --loglevel=info")
    assert "--pidfile= " in f"{call} "


def test_both_at_once_are_refused_in_one_sentence(programs: Path) -> None:
    code, calls, said = _start(programs, RUN_WORKER="true", RUN_BEAT="true")
    assert code != 0
    assert not calls
    assert len(said.strip().splitlines()) == 1
    assert "RUN_WORKER and RUN_BEAT" in said


def test_another_command_may_be_given(programs: Path) -> None:
    assert _start(programs, "python", "-m", "app.cli.main", "user", "list")[:2] == (
        0,
        ["python -m app.cli.main user list"],
    )


def _instructions() -> list[tuple[str, str]]:
    joined = DOCKERFILE.replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def test_the_base_image_is_a_build_argument_with_a_default() -> None:
    instructions = _instructions()
    assert re.fullmatch(r"BASE_IMAGE=python:3\.1[1-4]\S*", dict(instructions[:1])["ARG"])
    assert [value for name, value in instructions if name == "FROM"] == ["${BASE_IMAGE}"]


def test_it_runs_as_an_ordinary_user_that_is_made_in_it() -> None:
    instructions = _instructions()
    users = [value for name, value in instructions if name == "USER"]
    assert users
    assert users[-1] not in {"root", "0"}
    assert any(f" {users[-1]}" in value for name, value in instructions if name == "RUN" and "useradd" in value)
    after = [name for name, _ in instructions[instructions.index(("USER", users[-1])) :]]
    assert "RUN" not in after


def test_requirements_are_installed_by_their_hashes() -> None:
    installs = [shlex.split(value) for name, value in _instructions() if name == "RUN" and "pip install" in value]
    assert all("--require-hashes" in words or "--no-deps" in words for words in installs)
    assert any("--require-hashes" in words and "requirements.txt" in words for words in installs)
    requirements = (BACKEND / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [line for line in requirements.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(pins) > 20
    assert all("==" in line and "--hash=sha256:" in line for line in pins)
    assert "://" not in requirements


def test_the_entry_point_is_the_one_beside_it_and_may_be_run() -> None:
    assert ("ENTRYPOINT", '["./docker-entrypoint.sh"]') in _instructions()
    assert os.access(ENTRY_POINT, os.X_OK)
