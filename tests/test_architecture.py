"""Rules that hold for the whole code: who may import whom, and what may stand in a file."""

import ast
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("actions", "bot", "common", "faq", "nlu", "safety", "scripts")
SHARED = ("common", "safety", "nlu.text")
MAY_IMPORT = {
    "common": ("common",),
    "faq": ("faq", *SHARED),
    "actions": ("actions", "faq", *SHARED),
    "bot": ("bot", "faq", *SHARED),
    "safety": ("safety", "nlu.text"),
    "nlu.components": ("nlu",),
    "nlu": ("nlu.text", "nlu.syllable"),
}
ON_THE_STANDARD_LIBRARY = ("safety", "nlu")
WITHOUT_VIETNAMESE = ("actions", "bot", "common", "faq")
NO_TEXT_FOR_A_CHILD = ("Lá Chắn", "tư vấn viên")
"""The name of the program, and an example in a message to counsellors."""
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|Users|root|work|workspace|mnt)/\w|[A-Z]:\\Users")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|huggingface\.co|docker\.io|ghcr\.io|quay\.io"
    r"|index-url|find-links\s*="
)


@cache
def trees(package: str) -> dict[Path, ast.Module]:
    """Returns every module of a package; those of nlu.components are a package of their own."""
    folder = ROOT / package.replace(".", "/")
    paths = [path for path in folder.rglob("*.py") if package != "nlu" or path.parent == folder]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imports(tree: ast.Module) -> Iterator[str]:
    """Returns the full name of all that is imported, wherever in the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package: str) -> None:
    assert trees(package)
    ours = (*PACKAGES, "admin", "tests")
    wrong = [
        (path.name, name)
        for path, tree in trees(package).items()
        for name in imports(tree)
        if within(name, ours) and not within(name, MAY_IMPORT[package])
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ON_THE_STANDARD_LIBRARY)
def test_what_protects_the_child_needs_no_library(package: str) -> None:
    outside = {
        name
        for tree in trees(package).values()
        for name in imports(tree)
        if name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert [name for name in outside if not within(name, ON_THE_STANDARD_LIBRARY)] == []


def test_only_scripts_are_imported_by_nobody() -> None:
    users = [
        path.name
        for package in MAY_IMPORT
        for path, tree in trees(package).items()
        if any(within(name, ("scripts",)) for name in imports(tree))
    ]
    assert users == []


@pytest.mark.parametrize("package", [*PACKAGES, "nlu.components"])
def test_a_package_says_what_it_is(package: str) -> None:
    init = ROOT / package.replace(".", "/") / "__init__.py"
    assert ast.get_docstring(ast.parse(init.read_text(encoding="utf-8")))


def test_every_package_is_known_to_these_tests() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found == {*PACKAGES, "tests"}


def literals(tree: ast.Module) -> Iterator[ast.Constant]:
    """Returns every string that is not a docstring."""
    nodes = list(ast.walk(tree))
    documentation = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if text and id(node) not in documentation:
            yield node


def vietnamese_words(text: str) -> list[str]:
    """Returns the words of `text` with a Vietnamese letter, single letters left out."""
    for known in NO_TEXT_FOR_A_CHILD:
        text = text.replace(known, "")
    words = re.findall(r"[^\W\d_]{2,}", unicodedata.normalize("NFC", text))
    return [word for word in words if not word.isascii() and re.search("[À-ỹ]", word)]


@pytest.mark.parametrize("package", WITHOUT_VIETNAMESE)
def test_what_a_child_reads_does_not_stand_in_python(package: str) -> None:
    found = [
        f"{path.name}:{node.lineno}: {node.value}"
        for path, tree in trees(package).items()
        for node in literals(tree)
        if vietnamese_words(str(node.value))
    ]
    assert found == []


def test_vietnamese_is_recognised() -> None:
    assert vietnamese_words("Chào bạn, … → đ Lá Chắn") == ["Chào", "bạn"]


def published_files() -> list[Path]:
    """Returns what git tracks, or would track after `git add .`; this file names what it seeks."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = [ROOT / name for name in names.split("\0") if name]
    return [path for path in paths if path.is_file() and path != Path(__file__)]


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    files = published_files()
    assert ROOT / "domain.yml" in files
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []
