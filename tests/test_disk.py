"""Disks that are full or read-only: one sentence, nothing half written, and what was kept is used afterwards."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sweeping import TINY, parts, tables

from contagion.study.running import store
from contagion.study.sweep import sweep

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; skipped where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("a small disk cannot be mounted here (it takes root)")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


@pytest.mark.parametrize("left", [30_000, 150_000])
def test_a_full_disk_stops_the_sweep_and_more_room_lets_it_go_on(
    left: int, disk: Path, tmp_path: Path, command: Callable[..., Any]
) -> None:
    (tmp_path / "tiny.toml").write_text(TINY)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(2 * 2**20 - left))
    words = ("sweep", "tiny.toml", "--out", disk / "out", "--workers", "2")
    said = command(*words)
    assert said.returncode == 1 and "Traceback" not in said.stderr
    assert "no space is left" in said.stderr.lower() or "no space left" in said.stderr.lower(), said.stderr
    assert not (disk / "out").exists() and not list(disk.glob("out.partial/writing-*"))
    kept = len(parts(disk))
    ballast.unlink()
    again = command(*words)
    assert again.returncode == 0, again.stderr
    whole = sweep(tmp_path / "tiny.toml", workers=1, out=tmp_path / "whole", progress=False)
    assert tables(disk / "out") == tables(whole.directory)
    assert {p.name for p in disk.iterdir()} == {"out"}
    if left > 100_000:
        assert kept, "there was room for some"


def test_a_read_only_place_is_refused_before_anything_runs(
    disk: Path, tmp_path: Path, command: Callable[..., Any]
) -> None:
    (tmp_path / "tiny.toml").write_text(TINY)
    (disk / "old").mkdir()
    remount(disk, "ro")
    for out in (disk / "old", disk / "new", disk / "old" / "deep" / "er"):
        said = command("sweep", "tiny.toml", "--out", out)
        assert said.returncode == 2 and "is read-only" in said.stderr and "choose another --out" in said.stderr
        assert len(said.stderr.splitlines()) == 1
    assert [p.name for p in disk.iterdir()] == ["old"] and not list((disk / "old").iterdir())


def test_a_mount_point_is_no_place_for_results(disk: Path, tmp_path: Path) -> None:
    with pytest.raises(store.ConfigError, match="is a mount point"):
        store.check_out(disk, "sweep", "key")
