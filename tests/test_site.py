"""The site builds without a warning, its links lead somewhere, recipes run, and the model's page names every process."""

from __future__ import annotations

import html
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import ROOT

import contagion

RECIPES = sorted((ROOT / "docs" / "recipes").glob("*.md"))
TOOLS = {"emaworkbench": "ema_workbench", "salib": "SALib", "mesa": "mesa"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, notebooks not executed: that every one runs is another test."""
    for tool in ("sphinx", "myst_nb", "furo"):
        pytest.importorskip(tool)
    out = tmp_path_factory.mktemp("site")
    asked = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-c", "docs", "-d", str(out / "read"), "."]
    ended = subprocess.run(
        [*asked, str(out / "html")],
        cwd=ROOT,
        env={**os.environ, "NOTEBOOKS": "off", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0 and not ended.stderr.strip(), ended.stderr
    return out / "html"


def links(page: Path) -> list[str]:
    """What a page of the site leads to or loads."""
    return [html.unescape(link) for link in re.findall(r'\b(?:href|src)="([^"]*)"', page.read_text("utf-8"))]


@pytest.mark.slow
def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    """Files, and places in them; nothing is loaded from anywhere else."""
    pages = sorted(page for page in site.rglob("*.html"))
    places = {page: set(re.findall(r'\bid="([^"]+)"', page.read_text("utf-8"))) for page in pages}
    dead = []
    for page in pages:
        for link in links(page):
            if re.match(r"(https?|mailto|data|javascript):", link) or link in ("", "#"):
                continue
            file, _, place = unquote(link).partition("#")
            target = (page.parent / file.partition("?")[0]).resolve() if file else page
            if not target.exists() or (place and target in places and place not in places[target]):
                dead.append(f"{page.relative_to(site)}: {link}")
    assert not dead
    loaded = [
        f"{page.name}: {found}"
        for page in pages
        for found in re.findall(r'<(?:script|link|img)\b[^>]*(?:src|href)="https?://[^"]*"', page.read_text("utf-8"))
    ]
    assert not loaded


@pytest.mark.slow
def test_the_site_has_what_people_look_for(site: Path) -> None:
    """Reference, search, glossary and every lesson, from the start page."""
    start = links(site / "docs" / "index.html")
    for wanted in ("api.html", "glossary.html", "model.html", "notebooks/01_by_hand.html", "recipes/index.html"):
        assert wanted in start
    assert (site / "search.html").exists() and "hazard" in (site / "searchindex.js").read_text("utf-8")
    reference = (site / "docs" / "api.html").read_text("utf-8")
    for name in ("simulate", "check", "compare", "sweep", "sensitivity", "RecoveryCity", "Outcomes"):
        assert re.search(rf'id="contagion\.{name}"', reference), name


def test_every_process_is_on_the_page_of_the_model() -> None:
    text = (ROOT / "docs" / "model.md").read_text("utf-8")
    folder = ROOT / "contagion" / "processes"
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*.py") if path.stem != "__init__"]
    missing = [name for name in files if f"(../contagion/processes/{name})" not in text]
    assert not missing


@pytest.mark.parametrize("page", RECIPES, ids=lambda page: page.stem)
def test_a_recipe_runs(page: Path, tmp_path: Path) -> None:
    """The Python blocks of a recipe, in order, where the tool is installed."""
    needed = TOOLS.get(page.stem)
    if needed and importlib.util.find_spec(needed) is None:
        pytest.skip(f"{needed} is not installed")
    script = "\n".join(re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), flags=re.S | re.M))
    if page.stem == "index":
        assert not script
        return
    assert "assert " in script
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr


def test_the_page_of_a_package_index_has_no_dead_link() -> None:
    """What the package says of itself links to nothing that only a checkout has."""
    pytest.importorskip("hatch_fancy_pypi_readme")
    asked = [sys.executable, "-m", "hatchling", "metadata", "readme"]
    ended = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    text = ended.stdout
    assert text.startswith("# contagion") and "*Picture: The first screen of a report" in text
    assert re.findall(r"\]\((?!https?://)[^)]*\)", text) == []
    assert "[docs/ODD.md]" not in text and "docs/ODD.md" in text


def test_those_who_cite_are_told_the_same() -> None:
    """Version, licence, title and authors agree in CITATION.cff, codemeta.json and the package."""
    cff, meta = (ROOT / "CITATION.cff").read_text("utf-8"), json.loads((ROOT / "codemeta.json").read_text("utf-8"))
    assert f"\nversion: {contagion.__version__}\n" in cff and meta["version"] == contagion.__version__
    dated = re.search(r"^date-released: (\d{4}-\d\d-\d\d)$", cff, flags=re.M)
    assert dated and meta["datePublished"] == dated[1]
    assert f"## [{contagion.__version__}] - {dated[1]}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert 'name: "The contagion authors"' in cff and meta["author"][0]["name"] == "The contagion authors"
    for file in (meta["readme"], meta["softwareHelp"]):
        assert (ROOT / file).exists()
