from pathlib import Path

import pytest

from app.embedded.system_user import SystemUser, closed_to

STRANGER = SystemUser(name="stranger", uid=54321, gid=54321)


@pytest.mark.parametrize(
    ("modes", "closed"),
    [
        ((0o755, 0o755), None),
        ((0o711, 0o701), None),
        ((0o700, 0o755), "outer"),
        ((0o755, 0o750), "outer/inner"),
        ((0o700, 0o700), "outer"),
    ],
)
def test_the_first_closed_directory_on_the_way_is_found(
    modes: tuple[int, int], closed: str | None, data_dir: Path
) -> None:
    data_dir.chmod(0o711)
    inner = data_dir / "outer" / "inner"
    inner.mkdir(parents=True)
    inner.chmod(modes[1])
    inner.parent.chmod(modes[0])
    assert closed_to(STRANGER, inner) == (data_dir / closed if closed else None)


def test_the_owners_own_right_counts(data_dir: Path) -> None:
    status = data_dir.stat()
    assert closed_to(SystemUser(name="owner", uid=status.st_uid, gid=54321), data_dir) is None
