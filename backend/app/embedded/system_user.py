"""The account that the servers run under when we run as root, which PostgreSQL refuses."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.errors import UserError

NAME = "getanswers-db"


@dataclass(frozen=True, slots=True)
class SystemUser:
    name: str
    uid: int
    gid: int


def server_user() -> SystemUser | None:
    """Nobody special for an ordinary user; for root an unprivileged account, made when it is missing."""
    if os.geteuid() != 0:
        return None
    return _find() or _create()


def closed_to(user: SystemUser, path: Path) -> Path | None:
    """The topmost directory or file on the way to path, itself included, that this user may not enter or run."""
    for place in (*reversed(path.parents), path):
        status = place.stat()
        if status.st_uid == user.uid:
            needed = stat.S_IXUSR
        elif status.st_gid == user.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not status.st_mode & needed:
            return place
    return None


def hand_over(path: Path, user: SystemUser) -> None:
    """Give a file or a tree to this user. Costs one look when it is theirs already."""
    if path.stat().st_uid == user.uid:
        return
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(Path(folder, name), user.uid, user.gid, follow_symlinks=False)
    os.chown(path, user.uid, user.gid)  # last: it says that all below is done


def _find() -> SystemUser | None:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create() -> SystemUser:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if useradd:
        subprocess.run(  # noqa: S603 - constant arguments
            [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", NAME],
            check=False,
            capture_output=True,
        )
    # Looked up whatever useradd said: another process may have made the account meanwhile.
    user = _find()
    if user is None:
        raise UserError(
            f"PostgreSQL does not run as root, and the system user {NAME} could not be made. Run as an ordinary user, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return user
