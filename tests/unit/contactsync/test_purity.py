"""The engine decides from its arguments alone: no clock, no chance, no I/O (what import-linter can't see)."""

import ast
import sys
from pathlib import Path

import pytest

import contactsync

MODULES = sorted(Path(contactsync.__file__).parent.glob("*.py"))
LIBRARIES = {"contactsync", "nameparser", "nicknames", "phonenumbers"}
IMPURE = {
    "builtins",
    "concurrent",
    "ctypes",
    "email",
    "ftplib",
    "glob",
    "http",
    "importlib",
    "io",
    "locale",
    "logging",
    "mmap",
    "multiprocessing",
    "os",
    "pathlib",
    "pickle",
    "platform",
    "random",
    "secrets",
    "select",
    "selectors",
    "shelve",
    "shutil",
    "signal",
    "smtplib",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
    "warnings",
    "zoneinfo",
}
IMPURE_CALLS = {"now", "utcnow", "today", "open", "input", "print", "eval", "exec", "__import__"} | {
    *("sleep", "wait_for", "timeout", "timeout_at", "to_thread", "open_connection", "start_server")  # of asyncio
}


each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)


def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


def called(tree: ast.Module) -> set[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {call.id for call in calls if isinstance(call, ast.Name)} | {
        call.attr for call in calls if isinstance(call, ast.Attribute)
    }


@each_module
def test_a_module_of_the_engine_imports_only_pure_things(module):
    names = imported(parsed(module))
    assert names <= LIBRARIES | sys.stdlib_module_names
    assert not names & IMPURE


@each_module
def test_a_module_of_the_engine_asks_neither_clock_nor_files(module):
    assert not called(parsed(module)) & IMPURE_CALLS


def test_the_engine_is_looked_at():
    assert {"merge", "match"} <= {module.stem for module in MODULES}
