"""What the README promises exists, under the name and with the default that stands there."""

import re
from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined
from typer.main import get_group

from app.cli.main import cli
from app.embedded.servers import ROOTS_DATA_DIR
from app.jobs import TaskName
from app.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
IMAGE_ONLY = {"RUN_WORKER", "RUN_BEAT"}
OF_THE_COMMANDS = {"GETANSWERS_HOME"}


def _settings_table() -> dict[str, tuple[str, str]]:
    """Default and meaning by name."""
    section = README.partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \| ([^|]*) ?\| ([^|]+) \|$", section, flags=re.MULTILINE)
    return {
        name: (default.strip(), meaning) for names, default, meaning in rows for name in re.findall(r"`(\w+)`", names)
    }


def _default_in_words(field: str) -> str:
    default = Settings.model_fields[field].default
    if default is PydanticUndefined:
        return "required"
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, StrEnum):
        default = default.value
    if isinstance(default, bool):
        default = str(default).lower()
    return f"`{default}`" if default not in {"", None} else ""


@pytest.mark.parametrize("field", Settings.model_fields)
def test_the_table_names_every_setting_with_its_default_and_its_own_words(field: str) -> None:
    default, meaning = _settings_table()[field.upper()]
    assert default == _default_in_words(field)
    assert meaning == Settings.model_fields[field].description


def test_the_table_names_no_setting_that_does_not_exist() -> None:
    names = {name.upper() for name in Settings.model_fields}
    assert _settings_table().keys() == names | IMAGE_ONLY | OF_THE_COMMANDS


def test_the_settings_beside_the_table_do_what_it_says() -> None:
    entry_point = (ROOT / "backend" / "docker-entrypoint.sh").read_text(encoding="utf-8")
    assert all(f"${{{name}:-false}}" in entry_point for name in IMAGE_ONLY)
    assert f"`{ROOTS_DATA_DIR}`" in _settings_table()["GETANSWERS_HOME"][0]


def test_every_task_stands_in_the_readme_and_nothing_else() -> None:
    assert sorted(re.findall(r"`(app\.workers\.tasks\.[\w.]+)\(", README)) == sorted(task.value for task in TaskName)


def test_the_section_on_commands_names_all_of_them() -> None:
    section = README.partition("\n## Commands\n")[2].partition("\n## ")[0]
    group = get_group(cli)
    subcommands = {
        sub for command in group.commands.values() for sub in getattr(command, "commands", dict[str, object]())
    }
    named = set(re.findall(r"`([a-z]+)`", section)) - {"getanswers"}
    assert named == group.commands.keys() | subcommands


def test_every_command_that_is_shown_exists() -> None:
    group = get_group(cli)
    shown = re.findall(r"getanswers ([a-z]+)(?: ([a-z]+))?", README)
    assert shown
    for command, sub in shown:
        assert command in group.commands, command
        inner = getattr(group.commands[command], "commands", None)
        assert inner is None or sub in inner, (command, sub)


def test_every_make_target_and_variable_that_is_shown_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    shown = re.findall(r"(?:`|^)make ([a-z]+)((?: [A-Z]+=)?)", README, flags=re.MULTILINE)
    assert {target for target, _ in shown} <= targets
    for variable in re.findall(r"\b([A-Z]+)=(?:path|ana|1|8080|folder)", README):
        assert f"$({variable})" in makefile, variable


def test_every_file_that_is_linked_or_named_exists() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
    for name in re.findall(r"`(backend/[\w./-]*)`", README):
        assert (ROOT / name).exists(), name
    assert (ROOT / "backend" / "celery_worker.py").exists()


@pytest.mark.parametrize(
    "name", ["README.md", "Makefile", *(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md"))]
)
def test_no_document_names_a_place_of_one_machine(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.findall(r"(?<![\w.~])/(?:home|root|work|Users|tmp|mnt|opt)/[\w.-]+", text)
    assert str(ROOT) not in text
