"""Take the answers to the exercises out of what students returned.

What a student did to a notebook is forgiven: an answer is found by the name of its exercise, which
stands in the metadata of the cell, or by the names that it defines, wherever it stands now.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Container, Iterable, Iterator

from literate.grade.returned import Student, given_in, is_given, plain
from literate.read.model import Chapter, Exercise
from literate.tangle.modules import free_names
from literate.tangle.standalone import bound_names


class Answers:
    """Finds what students answered to the exercises of one chapter.

    `named` are the exercises of the whole book: a cell that says it is for one of them is for no
    other, whatever it defines.
    """

    def __init__(self, chapter: Chapter, named: Container[str]) -> None:
        self._chapter, self._named = chapter, named
        self._given = given_in(chapter)
        self._own = {plain(cell.source) for cell in chapter.cells if is_given(cell)
                     and cell.assertions + len(cell.tree.body) > 1}  # fmt: skip
        self._binds = [
            (cell.fence, bound_names(cell.source))
            for cell in chapter.cells
            if cell.part not in ("solution", "check")
        ]

    def are_in(self, student: Student) -> bool:
        """Whether the student returned this chapter, answered or not.

        Where no cell says so any more, it is known by what else stands in it.
        """
        names = {exercise.name for exercise in self._chapter.exercises}
        if any(cell.exercise in names for cell in student.cells):
            return True
        return 2 * len(self._own & student.left) > len(self._own)

    def tries(self, student: Student, exercise: Exercise) -> list[str]:
        """The code that may be the student's answer, the likeliest first; none if it is untouched.

        Of several cells, all of them in their order, and then each alone: a copy that was only
        meant for trying something costs nothing. Cells that do not say what they are for come last.
        """
        asked = asked_for(exercise)
        own = [
            cell
            for cell in student.cells
            if not cell.is_check and cell.source.strip() and plain(cell.source) not in self._given
        ]
        here = [cell.source for cell in own if cell.exercise == exercise.name]
        elsewhere = [
            cell.source
            for cell in own
            if cell.exercise not in self._named and asked & _definitions(cell.source).keys()
        ]
        # What is said of a wrong answer is said of the first: of what stands where it was asked.
        tries = _tries(here)
        if elsewhere:
            tries = [*dict.fromkeys([*tries, *_tries([*here, *elsewhere])])]
        end = exercise.solution.fence
        known = {name for fence, names in self._binds if fence < end for name in names}
        return [self._with_helpers(student, source, known) for source in tries]

    def _with_helpers(self, student: Student, source: str, known: set[str]) -> str:
        """An answer below those definitions of the student's other cells that it uses."""
        definitions: dict[str, ast.stmt] = {}
        for cell in student.cells:
            if not cell.is_check and plain(cell.source) not in self._given:
                found = _definitions(cell.source).items()
                definitions |= {name: node for name, node in found if name not in known}
        needed: list[ast.stmt] = []
        waiting = [source]
        seen: set[str] = set()
        while waiting:
            for name in sorted(_missing(waiting.pop()) - seen):
                seen.add(name)
                if name in definitions and definitions[name] not in needed:
                    needed.append(definitions[name])
                    waiting.append(ast.unparse(definitions[name]))
        order = [*dict.fromkeys(definitions.values())]
        texts = [ast.unparse(node) for node in sorted(needed, key=order.index)]
        return "\n\n\n".join([*texts, source])


def _tries(sources: Iterable[str]) -> list[str]:
    """All of these together, and then each alone, the last first."""
    found = [*dict.fromkeys(sources)]
    return ["\n\n\n".join(found), *reversed(found)] if len(found) > 1 else found


def asked_for(exercise: Exercise) -> set[str]:
    """The names that an answer defines, and that the check uses."""
    solution = exercise.solution
    imports = (node for node in solution.tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    imported = {name for node in imports for name in _names(node)}
    return (bound_names(solution.source) & free_names(exercise.check.source)) - imported


@functools.cache
def _definitions(source: str) -> dict[str, ast.stmt]:
    """What a cell defines, by name. Kept, because most cells come back from everyone alike."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {name: node for node in tree.body for name in _names(node)}


def _names(node: ast.stmt) -> set[str]:
    """The names that a statement binds, of those that only define something."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.split(".")[0] for alias in names}
        case ast.Assign() | ast.AnnAssign():
            return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _is_bound(n)}
    return set()


def _is_bound(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


@functools.cache
def _missing(source: str) -> set[str]:
    """The names that the code uses and does not define."""
    try:
        return {*free_names(source)} - bound_names(source)
    except (SyntaxError, ValueError, RecursionError):
        return set()


def unusual(source: str) -> Iterator[str]:
    """What an answer uses that no exercise asks for, and that a teacher may want to look at."""
    names = {"sys", "os", "gc", "inspect", "ctypes", "subprocess", "socket", "builtins", "exec",
             "eval", "__import__", "importlib", "globals", "open"}  # fmt: skip
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None)
            found |= {(module or alias.name).split(".")[0] for alias in node.names} & names
        elif isinstance(node, ast.Name):
            found |= {node.id} & names
        elif isinstance(node, ast.Attribute) and node.attr in {"__globals__", "__subclasses__"}:
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef) and node.name == "__eq__":
            found.add("__eq__")
    yield from sorted(found)
