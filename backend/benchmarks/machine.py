"""Names the machine by what matters for speed, and by nothing that tells whose it is."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CPU_INFO: Final = Path("/proc/cpuinfo")
GIBIBYTE: Final = 2**30


@dataclass(frozen=True, slots=True)
class Machine:
    cores: int
    memory_gib: int
    cpu: str
    python: str

    def __str__(self) -> str:
        return f"{self.cores} cores of {self.cpu}, {self.memory_gib} GiB of memory, Python {self.python}"


def this_machine() -> Machine:
    return Machine(
        cores=os.cpu_count() or 1,
        memory_gib=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIBIBYTE),
        cpu=_cpu_model(),
        python=platform.python_version(),
    )


def _cpu_model() -> str:
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
