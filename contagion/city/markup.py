"""Graphs in XML: GraphML, and GEXF of any version (1.1 to 1.3, as Gephi writes it), read as lists of people and ties.

One pass of Python's expat parser with line numbers. networkx reads neither nested graphs nor GEXF of every version, and
makes people of ends that the file does not declare; here what has no place in the model is counted and told.

Source: graphml.graphdrawing.org/specification.html and gexf.net/schema.html.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

NUMBERS = ("int", "integer", "long", "short", "byte", "float", "double")
"""Types of attributes that are numbers."""
OTHERWISE = {
    "hyperedge": "tie of more than two people is left out|ties of more than two people are left out",
    "port": "port of a person is left out|ports of people are left out",
    "graph": "graph inside a person is read as part of the whole|graphs inside people are read as part of the whole",
    "spell": "spell of time is left out|spells of time are left out",
}
"""What has no place in the model: what is said of one and of several."""
LONGEST = 40
"""Characters of a number: what is longer stays text."""


@dataclass
class Element:
    """A person or a tie: line of the file, attributes by name; of a tie its ends."""

    line: int
    values: dict[str, Any]
    name: str = ""
    ends: tuple[str, str] = ("", "")


@dataclass
class Marked:
    """What an XML file holds."""

    kind: str
    people: list[Element] = field(default_factory=list)
    ties: list[Element] = field(default_factory=list)
    also: dict[str, str] = field(default_factory=dict)  # other names of attributes: their id in the file
    counted: Counter[str] = field(default_factory=Counter)  # what is read otherwise: words for one and for several


def read_markup(path: str) -> Marked:
    """Read a GraphML or GEXF file. Raises OSError if it cannot be opened, ValueError saying what is wrong with it."""
    reader = _Reader()
    data = Path(path).read_bytes()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise ValueError(str(problem)) from None
    except (UnicodeError, LookupError) as problem:
        raise ValueError(f"its encoding cannot be read: {problem}") from None
    return reader.found


class _Reader:
    """Handlers of one file."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self.found = Marked("")
        self.open: list[Element | None] = []  # the people and ties around, None for what is none
        self.path: list[str] = []
        self.keys: dict[tuple[str, str], tuple[str, str]] = {}  # (of what, id): name and type
        self.defaults: dict[str, dict[str, Any]] = {"node": {}, "edge": {}}
        self.key = self.group = ("", "")
        self.words: list[str] | None = None
        self.about: Element | None = None  # whom a value is about
        self.directed: list[bool] = []  # whether ties are, of the graph and those inside it
        self.graphs = 0

    def _entity(self, name: str, *_: Any) -> None:
        raise ValueError(f"line {self.parser.CurrentLineNumber}: it declares an entity ({name}), which is not read")

    def _start(self, tag: str, given: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2].lower()
        given = {name.rpartition(" ")[2]: value for name, value in given.items()}
        if not self.path:
            if tag not in ("graphml", "gexf"):
                raise ValueError(f"it is no GraphML or GEXF file: its root is <{tag[:40]}>")
            self.found.kind = {"graphml": "GraphML", "gexf": "GEXF"}[tag]
            version = given.get("version", "")
            self.found.kind += f" {version}" if version and tag == "gexf" else ""
        self.path.append(tag)
        self.open.append(None)
        act = getattr(self, f"_start_{tag}", None)
        if act is not None:
            act(given)
        elif tag in ("hyperedge", "port", "spell"):
            self.found.counted[OTHERWISE[tag]] += 1

    def _end(self, tag: str) -> None:
        tag = self.path.pop()
        self.open.pop()
        if self.words is not None and tag in ("data", "default"):
            self._told("".join(self.words), default=tag == "default")
            self.words = None
        if tag == "graph":
            self.directed.pop()

    def _text(self, text: str) -> None:
        if self.words is not None:
            self.words.append(text)

    def _told(self, text: str, default: bool = False) -> None:
        """A value of the attribute that is open."""
        of, key = self.key
        name, kind = self.keys.get(self.key, (key, "string"))
        value = _typed(text, kind)
        if default:
            for each in ("node", "edge") if of == "all" else (of,):
                self.defaults.get(each, {})[name] = value
            return
        if self.about is not None:
            self.about.values[name] = value

    # graphs

    def _start_graph(self, given: dict[str, str]) -> None:
        inside = "node" in self.path
        self.graphs += not inside
        if self.graphs > 1:
            raise ValueError(f"line {self.parser.CurrentLineNumber}: a second graph begins; keep one graph in the file")
        if inside:
            self.found.counted[OTHERWISE["graph"]] += 1
        self.directed.append(given.get("edgedefault", given.get("defaultedgetype", "")) == "directed")
        if given.get("mode") == "dynamic":
            self.found.counted["dynamic graph is read as if all of it were there at once|"] += 1

    def _start_node(self, given: dict[str, str]) -> None:
        if "nodes" in self.path and self.path.count("node") > 1:
            self.found.counted[
                "person inside another is read as any other|people inside others are read as any other"
            ] += 1
        name = given.get("id", "").strip()
        line = self.parser.CurrentLineNumber
        if not name:
            raise ValueError(f'line {line}: the id of a node is ""; it must be a name or number')
        values = dict(self.defaults["node"])
        if given.get("label", "").strip():
            values["label"] = given["label"]
        self.found.people.append(Element(line, values, name))
        self.open[-1] = self.found.people[-1]

    def _start_edge(self, given: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        ends = given.get("source", "").strip(), given.get("target", "").strip()
        for end, word in zip(ends, ("source", "target")):
            if not end:
                raise ValueError(f'line {line}: the {word} of an edge is ""; it must be a name or number')
        told = given.get("directed", given.get("type", "")).lower()
        if told in ("true", "directed") or (
            self.directed and self.directed[-1] and told not in ("false", "undirected")
        ):
            self.found.counted["directed tie is read as mutual|directed ties are read as mutual"] += 1
        values = dict(self.defaults["edge"])
        if "weight" in given:
            values["weight"] = _typed(given["weight"], "double")
        self.found.ties.append(Element(line, values, "", ends))
        self.open[-1] = self.found.ties[-1]

    # attributes

    def _about(self, up: int) -> str:
        """Note whom a value is about, so many elements up; and whether that is a node or an edge."""
        self.about = self.open[-up] if len(self.open) >= up else None
        return self.path[-up] if self.about is not None else "graph"

    def _start_key(self, given: dict[str, str]) -> None:  # GraphML
        self.key = (given.get("for", "all"), given.get("id", ""))
        name = given.get("attr.name", "") or self.key[1]
        for each in ("node", "edge") if self.key[0] == "all" else (self.key[0],):
            self.keys[each, self.key[1]] = (name, given.get("attr.type", "string"))
        self.keys[self.key] = (name, given.get("attr.type", "string"))
        self.found.also.setdefault(self.key[1], name)

    def _start_data(self, given: dict[str, str]) -> None:
        self.key, self.words = (self._about(2), given.get("key", "")), []

    def _start_attributes(self, given: dict[str, str]) -> None:  # GEXF
        self.group = (given.get("class", "node"), "")

    def _start_attribute(self, given: dict[str, str]) -> None:
        self.key = (self.group[0], given.get("id", ""))
        name = given.get("title", "") or self.key[1]
        self.keys[self.key] = (name, given.get("type", "string"))
        self.found.also.setdefault(self.key[1], name)

    def _start_default(self, _: dict[str, str]) -> None:
        self.words = []

    def _start_attvalue(self, given: dict[str, str]) -> None:
        self.key = (self._about(3), given.get("for", given.get("id", "")))
        self._told(given.get("value", ""))


def _typed(text: str, kind: str) -> Any:
    """A value as its type says: a number if it is one and can be; else text."""
    if kind.lower() in NUMBERS and len(text.strip()) <= LONGEST:
        try:
            return int(text) if kind.lower() not in ("float", "double") else float(text)
        except ValueError:
            return text
    return text
