"""The bank as YAML files: models, reading with clear errors, and writing back.

A file that `dump` has written is in canonical form: reading and writing it again gives the same
bytes.
"""

import json
import re
import textwrap
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import ValidationError

from faq.content import Block, Line, Model, Slug
from faq.errors import FaqError

BANK = Path(__file__).parent / "bank"
"""The files that come with the program."""

_NOT_PLAIN_YAML = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)


Risk = Literal["low", "medium", "high"]
Status = Literal["draft", "in_review", "published", "retired"]


class Review(Model):
    """A person's review of an entry."""

    by: Line
    """The role of that person."""
    on: date


class BankEntry(Model):
    """A question, other ways to ask it, and its answer."""

    id: Slug
    question: Line
    variants: list[Line]
    answer: Block
    risk: Risk
    source: Line
    reviewed: Review | None = None
    status: Status = "published"


class BankFile(Model):
    """A topic with its entries."""

    topic: Slug
    title: Line
    entries: list[BankEntry]


class Finding(NamedTuple):
    """Something wrong with a text, and what to do about it."""

    file: str
    entry: str
    rule: str
    advice: str

    def __str__(self) -> str:
        """Returns the finding as one line."""
        return f"{self.file}: {self.entry or '-'}: {self.rule}: {self.advice}"


class BankError(FaqError):
    """Bank files that cannot be read.

    Attributes:
        findings: Everything that is wrong with them.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


class _UniqueKeyLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader that refuses a key given twice, which YAML would silently overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key.value}' is given twice", key.start_mark
                )
            seen.add(key.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def read(path: Path) -> list[BankFile]:
    """Reads one bank file, or every `*.yml` of a folder in the order of their names.

    Raises:
        BankError: If a file is missing, is not YAML or does not have the form of a bank file, or
            if an id occurs twice. Every finding of every file is named.
    """
    paths = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    files: list[BankFile] = []
    findings: list[Finding] = []
    if not paths:
        advice = "no *.yml file is here; name a bank file or the folder that holds them"
        findings.append(Finding(str(path), "", "missing", advice))
    for each in paths:
        try:
            files.append(_read_file(each))
        except BankError as error:
            findings += error.findings
    findings += _repeated_ids(files)
    if findings:
        raise BankError(findings)
    return files


def dump(file: BankFile) -> str:
    """Returns `file` in canonical form."""
    head = f"topic: {file.topic}\ntitle: {_scalar(file.title)}\nentries:"
    if not file.entries:
        return f"{head} []\n"
    return f"{head}\n" + "\n".join(map(_dump_entry, file.entries))


def write(files: Iterable[BankFile], folder: Path) -> list[Path]:
    """Writes each file as `<topic>.yml` in `folder` and returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file in files:
        path = folder / f"{file.topic}.yml"
        path.write_text(dump(file), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def _read_file(path: Path) -> BankFile:
    def fail(rule: str, advice: str) -> BankError:
        return BankError([Finding(path.name, "", rule, advice)])

    try:
        content = yaml.load(path.read_bytes(), Loader=_UniqueKeyLoader)  # noqa: S506  it is a safe one
    except FileNotFoundError:
        raise fail("missing", f"there is no file {path}; check its name") from None
    except OSError as error:
        raise fail("unreadable", f"{error.strerror}; check {path}") from None
    except yaml.YAMLError as error:
        raise fail("yaml", _explain_yaml(error)) from None
    if not isinstance(content, dict):
        raise fail("form", "the file must start with topic:, title: and entries:")
    try:
        file = BankFile.model_validate(content)
    except ValidationError as error:
        raise BankError(list(_explain(path.name, content, error))) from None
    if file.topic != path.stem:
        raise fail("topic", f"topic is '{file.topic}'; write '{path.stem}', as the file is called")
    return file


def _explain_yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "this is not YAML"
    place = f"line {mark.line + 1}: " if mark else ""
    return f"{place}{problem}; correct it, and put texts with ':' or '#' in double quotes"


def _explain(name: str, content: dict[str, Any], error: ValidationError) -> Iterable[Finding]:
    for problem in error.errors(include_url=False, include_input=False):
        match problem["loc"]:
            case ("entries", int(index), *rest):
                raw = content["entries"][index]
                given = raw.get("id") if isinstance(raw, dict) else None
                entry = given if isinstance(given, str) else f"entry {index + 1}"
                place = ".".join(map(str, rest)) or "entry"
            case loc:
                entry, place = "", ".".join(map(str, loc))
        match problem["type"]:
            case "missing":
                advice = f"'{place}' is missing; add it"
            case "extra_forbidden":
                advice = f"'{place}' is not a known key; correct or remove it"
            case "string_type":
                advice = f"'{place}' must be a text; put it in double quotes"
            case "string_too_short" | "too_short":
                advice = f"'{place}' is empty; write it or remove it"
            case "string_pattern_mismatch" | "string_too_long":
                advice = f"'{place}' must be at most 60 characters a-z, 0-9 and single hyphens"
            case _:
                advice = f"'{place}': {problem['msg']}; correct it"
        yield Finding(name, entry, "form", advice)


def _repeated_ids(files: Iterable[BankFile]) -> Iterable[Finding]:
    first: dict[str, str] = {}
    for file in files:
        name = f"{file.topic}.yml"
        for entry in file.entries:
            if entry.id in first:
                advice = f"the id is already used in {first[entry.id]}; give one of them a new id"
                yield Finding(name, entry.id, "id", advice)
            first.setdefault(entry.id, name)


def _dump_entry(entry: BankEntry) -> str:
    lines = [f"id: {entry.id}", f"question: {_scalar(entry.question)}"]
    lines += ["variants:", *(f"  - {_quoted(text)}" for text in entry.variants)]
    if not entry.variants:
        lines[-1] += " []"
    lines += [
        f"answer: {_block(entry.answer)}",
        f"risk: {entry.risk}",
        f"source: {_scalar(entry.source)}",
        "reviewed: null",
    ]
    if entry.reviewed:
        by, on = _scalar(entry.reviewed.by), entry.reviewed.on.isoformat()
        lines[-1:] = ["reviewed:", f"  by: {by}", f"  on: {on}"]
    if entry.status != "published":
        lines.append(f"status: {entry.status}")
    return "  - " + textwrap.indent("\n".join(lines), "    ").removeprefix("    ") + "\n"


def _quoted(text: str) -> str:
    return _NOT_PLAIN_YAML.sub(
        lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False)
    )


def _scalar(text: str) -> str:
    if text[:1].isalpha() and not _NOT_PLAIN_YAML.search(text):
        try:
            if yaml.safe_load(f"key: {text}") == {"key": text}:
                return text
        except yaml.YAMLError:
            pass
    return _quoted(text)


def _block(text: str) -> str:
    if _NOT_PLAIN_YAML.search(text):
        return _quoted(text)
    return "|\n" + textwrap.indent(text, "  ")
