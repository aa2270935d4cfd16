"""Use one thread per library, and describe the machine. Import this before numpy."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

# Numerical libraries read these when they are loaded.
for _name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR"):
    os.environ[f"{_name}_NUM_THREADS"] = "1"
# Settings that make OpenBLAS choose kernels or block sizes that are not made for this processor.
for _name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(_name, None)


def describe() -> dict[str, str]:
    """Return processor, threads and versions."""
    import torch
    from threadpoolctl import threadpool_info

    torch.set_num_threads(1)
    pools = {
        f"{pool['internal_api']} {pool.get('version') or ''} {pool.get('architecture') or ''}": pool
        for pool in threadpool_info()
    }
    threads = [f"{name.strip()}: {pool['num_threads']}" for name, pool in sorted(pools.items())]
    packages = ("torch", "numpy", "scikit-learn", "skorch", "sklearn_deep")
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "threads": ", ".join([f"torch: {torch.get_num_threads()}", *threads]),
        "versions": ", ".join(f"{name} {version(name)}" for name in packages),
        "GPU": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
    }


def load() -> str:
    """Return the number of runnable processes in the last minute, including this one."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
