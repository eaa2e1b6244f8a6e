"""Servers as a user starts them, looked at in headless Chromium: who listens where, and whom they ask."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

HOOK = """
import json, os, sys
def _told(event, given, into=os.environ["DRIVEN_LOG"]):
    if event == "socket.connect":
        where = given[1]
    elif event == "socket.getaddrinfo":
        where = given[:2]
    else:
        return
    with open(into, "a") as log:
        log.write(json.dumps([event, repr(where)]) + "\\n")
sys.addaudithook(_told)
"""
"""Python reads it at the start of each process: whom it connects to or looks up is noted."""


def needs(*modules: str) -> None:
    """Skip, and say why, where there is no browser or a package of an extra is missing."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: nothing was looked at in a browser")
    for name in ("playwright", "axe_playwright_python", *modules):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def family(pid: int) -> set[int]:
    """A process and all below it."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def listening(pids: set[int]) -> set[tuple[str, int]]:
    """The addresses and ports at which these processes listen, whatever language opened them."""
    owned = set()
    for pid in pids:
        try:
            owned |= {os.readlink(one)[8:-1] for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()}
        except OSError:
            continue
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            local, state, inode = (line.split()[k] for k in (1, 3, 9))
            if state == "0A" and inode in owned:
                address, _, port = local.partition(":")
                raw = b"".join(bytes.fromhex(address[k : k + 8])[::-1] for k in range(0, len(address), 8))
                kind = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
                found.add((socket.inet_ntop(kind, raw), int(port, 16)))
    return found


class Driven:
    """A server that runs: its `address`, process, what it wrote, and whom its Python processes asked."""

    def __init__(self, process: subprocess.Popen[bytes], address: str, folder: Path) -> None:
        self.process, self.address, self.folder = process, address, folder

    @property
    def said(self) -> str:
        return (self.folder / "said.txt").read_text(errors="replace")

    @property
    def asked_abroad(self) -> list[str]:
        """Connections and look-ups of names that are not this machine."""
        log = self.folder / "asked.jsonl"
        asked = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        own = ("'127.0.0.1'", "'localhost'", "'::1'", "('', ", "(None, ", "('0.0.0.0', 0")
        return [f"{event} {where}" for event, where in asked if where[0] == "(" and not any(o in where for o in own)]


@contextmanager
def served(words: Sequence[str], port: int, folder: Path, path: str = "/", **env: str) -> Iterator[Driven]:
    """Start a server, wait until it answers, and stop it with all its processes: its port is free again afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(HOOK)
    paths = os.pathsep.join((str(folder), str(ROOT)))
    given = {**os.environ, "PYTHONPATH": paths, "DRIVEN_LOG": str(folder / "asked.jsonl"), **env}
    address = f"http://127.0.0.1:{port}"
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen([sys.executable, *words], env=given, cwd=folder, stdout=said, stderr=said)
    driven, everybody = Driven(process, address, folder), {process.pid}
    try:
        until = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(address + path, timeout=10).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"the server did not come up:\n{driven.said[-2000:]}")
                time.sleep(0.2)
        yield driven
    finally:
        everybody |= family(process.pid)
        process.terminate()
        try:
            process.wait(timeout=30)
        finally:
            left = {pid for pid in everybody if Path(f"/proc/{pid}").exists() and str(folder) in environment(pid)}
            for pid in left:
                os.kill(pid, 9)
    assert not left, f"processes outlived their server: {left}"
    with socket.socket() as one:
        assert one.connect_ex(("127.0.0.1", port)) != 0, "something listens still"


def environment(pid: int) -> str:
    """The environment of a process, empty once it is gone (or ended and not yet counted out)."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    except OSError:
        return ""


@contextmanager
def opened(width: int = 1400, height: int = 1000) -> Iterator[tuple[Any, list[str]]]:
    """A page in Chromium, and the addresses that it asked outside of this machine, filled as it goes."""
    from playwright.sync_api import sync_playwright

    abroad: list[str] = []
    own = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "file:", "about:")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            page = chromium.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(60_000)
            page.on("request", lambda one: None if one.url.startswith(own) else abroad.append(one.url))
            page.on("websocket", lambda one: None if one.url.startswith(own) else abroad.append(one.url))
            yield page, abroad
        except BaseException:
            pictured(page, "failed")
            raise
        finally:
            chromium.close()


def violations(page: Any, inside: str = "") -> list[tuple[str, str]]:
    """What axe finds in the page, or in one part of it: the rule and the markup it is about."""
    found = importlib.util.find_spec("axe_playwright_python")
    assert found and found.origin
    page.evaluate((Path(found.origin).parent / "axe.min.js").read_text())
    where = json.dumps(inside) if inside else "document"
    asked = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
    told = page.evaluate(
        f"axe.run({where}, {asked}).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
    )
    return [(rule, markup) for rule, nodes in told for markup in nodes]


def alone(shown: str) -> str:
    """What an object shows of itself in a notebook, as the only thing on a page."""
    return f'<!DOCTYPE html><html lang="en"><title>Shown</title><body><main><h1>Shown</h1>{shown}</main></body></html>'


def pictured(page: Any, name: str) -> None:
    """Keep a picture of the page, where CONTAGION_SCREENSHOTS names a folder for them."""
    if folder := os.environ.get("CONTAGION_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
