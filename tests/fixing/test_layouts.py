"""Edits in every layout: the result means what it should, and nothing else has changed."""

from __future__ import annotations

import ast
import io
import os
import tokenize
import warnings
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import libcst as cst
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from fastlint.findings import (
    AddDecorator,
    AddParameter,
    AnnotateReturn,
    AwaitExpression,
    CloseInFinally,
    Edit,
    InsertStatement,
    MakeSync,
    RemoveArgument,
    ReplaceExpression,
    RunInThreadpool,
    SetArgument,
)
from fastlint.fixing.flat import flat
from fixing.bench import apply, fix
from fixing.layouts import expressions, in_form, modules
from fixing.trees import PATH, Places, Rewriter, awaited, handed_over, same, with_argument, without_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastlint.text import Span

warnings.filterwarnings("ignore", category=SyntaxWarning)
EXAMPLES = int(os.environ.get("FASTLINT_LAYOUTS", "40"))  # thousands find what dozens do not
LONG = "a_name_that_makes_the_line_longer_than_it_may_be_" * 2
layouts = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    newline = draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))
    data = in_form(draw(modules()), newline, bom=draw(st.booleans()))
    try:
        ast.parse(data.removeprefix(b"\xef\xbb\xbf").decode())
        compile(data.removeprefix(b"\xef\xbb\xbf").decode(), "x", "exec")
    except SyntaxError:
        assume(False)
    return data


def comments(data: bytes) -> Counter[str]:
    text = data.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n").replace("\r", "\n")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)


def check_form(before: bytes, after: bytes) -> None:
    """Comments, line endings, byte order mark and the end of the file are what they were."""
    assert not comments(before) - comments(after)
    assert after.startswith(b"\xef\xbb\xbf") == before.startswith(b"\xef\xbb\xbf")
    assert after[-1:].isspace() == before[-1:].isspace()
    for ending in (b"\r\n", b"\r", b"\n"):
        assert _ends_in(before, ending) or not _ends_in(after, ending)


def _ends_in(data: bytes, ending: bytes) -> bool:
    """Whether any line ends so."""
    return any(
        line.endswith(ending) and line.strip(b"\r\n") + ending == line for line in data.splitlines(keepends=True)
    )


def _in_function(places: Places) -> Iterator[ast.Call]:
    for function in ast.walk(places.tree):
        if isinstance(function, ast.AsyncFunctionDef):
            for statement in function.body:
                yield from (node for node in ast.walk(statement) if isinstance(node, ast.Call))


Verb = tuple["Callable[[Span], Edit]", "Callable[[ast.AST], ast.AST]"]


def _verbs(node: ast.Call, parents: dict[ast.AST, ast.AST], value: str) -> list[Verb]:
    found: list[Verb] = [(partial(SetArgument, name="k", value=value), partial(with_argument, name="k", value=value))]
    if any(one.arg == "old" for one in node.keywords):
        found.append((partial(RemoveArgument, name="old"), partial(without_argument, name="old")))
    if not isinstance(parents.get(node), ast.Await):
        found.extend(((RunInThreadpool, handed_over), (AwaitExpression, awaited)))
    return found


@layouts
@given(st.data(), files())
def test_calls_change_as_their_trees_should(data: st.DataObject, raw: bytes) -> None:
    places = Places(raw)
    parents = {child: node for node in ast.walk(places.tree) for child in ast.iter_child_nodes(node)}
    calls = sorted(_in_function(places), key=lambda node: (node.lineno, node.col_offset, -(node.end_col_offset or 0)))
    assume(calls)
    chosen = data.draw(st.lists(st.sampled_from(calls), unique_by=id, min_size=1, max_size=5))
    value = data.draw(st.sampled_from(("new", LONG)))
    verbs = {node: data.draw(st.sampled_from(_verbs(node, parents, value))) for node in chosen}
    fixes = [fix(verb(places.span(node))) for node, (verb, _) in verbs.items()]
    note(raw.decode())
    result = apply(raw, *fixes)
    note(repr(result.withheld))
    assert set(result.withheld.values()) <= {"a comment would be lost"}
    made: dict[ast.AST, Callable[[ast.AST], ast.AST]] = {
        node: rewrite for index, (node, (_, rewrite)) in enumerate(verbs.items()) if index in result.made
    }
    after = result.contents.get(PATH, raw)
    note(after.decode())
    wanted = ast.fix_missing_locations(Rewriter(made).visit(places.tree))
    assert same(ast.parse(after.removeprefix(b"\xef\xbb\xbf").decode()), wanted)
    check_form(raw, after)
    for index in result.waiting:  # only what stands in a value that goes must wait
        assert any(isinstance(one.edits[0], (SetArgument, RemoveArgument)) for one in fixes), index


@layouts
@given(st.data(), files())
def test_expressions_are_replaced(data: st.DataObject, raw: bytes) -> None:
    places = Places(raw)
    found = [
        node
        for call in _in_function(places)
        for node in (*call.args, *(one.value for one in call.keywords))
        if not isinstance(node, (ast.Starred, ast.GeneratorExp))
    ]
    assume(found)
    node = data.draw(st.sampled_from(found))
    note(raw.decode())
    result = apply(raw, fix(ReplaceExpression(places.span(node), "new or other")))
    if result.withheld:
        assert result.withheld[0] == "a comment would be lost"
        return
    after = result.contents[PATH]
    new = ast.parse("new or other", mode="eval").body
    assert same(
        ast.parse(after.removeprefix(b"\xef\xbb\xbf").decode()), Rewriter({node: lambda _: new}).visit(places.tree)
    )
    check_form(raw, after)


def _functions(places: Places) -> list[ast.AsyncFunctionDef]:
    return [node for node in ast.walk(places.tree) if isinstance(node, ast.AsyncFunctionDef)]


def _sync(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.AsyncFunctionDef)
    return ast.FunctionDef(**{field: getattr(node, field) for field in node._fields})


def _returning(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.AsyncFunctionDef)
    node.returns = ast.parse("list[T]", mode="eval").body
    return node


def _decorated(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.AsyncFunctionDef)
    node.decorator_list.append(ast.parse("new(1)", mode="eval").body)
    return node


def _with_parameter(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.AsyncFunctionDef)
    node.args.args.append(ast.arg("new", ast.Name("int", ast.Load())))
    node.args.defaults.append(ast.Constant(1))
    return node


@layouts
@given(st.data(), files())
def test_heads_of_functions_change_as_their_trees_should(data: st.DataObject, raw: bytes) -> None:
    places = Places(raw)
    node = data.draw(st.sampled_from(_functions(places)))
    place = places.span(node)
    verbs: list[Verb] = [
        (partial(AnnotateReturn, annotation="list[T]"), _returning),
        (partial(AddDecorator, text="new(1)"), _decorated),
        (partial(AddParameter, text="new: int = 1"), _with_parameter),
        (MakeSync, _sync),
    ]
    chosen = data.draw(st.lists(st.sampled_from(verbs), unique_by=id, min_size=1, max_size=4))
    note(raw.decode())
    result = apply(raw, *(fix(verb(place)) for verb, _ in chosen))
    note(repr(result))
    assert set(result.withheld.values()) <= {"`fn` awaits", "a comment would be lost"}
    after = result.contents.get(PATH, raw)
    made = [rewrite for index, (_, rewrite) in enumerate(chosen) if index in result.made]

    def rewritten(function: ast.AST) -> ast.AST:
        for rewrite in sorted(made, key=lambda one: one is _sync):  # past which it is no `AsyncFunctionDef` any more
            function = rewrite(function)
        return function

    wanted = Rewriter({node: rewritten}).visit(places.tree)
    assert same(ast.parse(after.removeprefix(b"\xef\xbb\xbf").decode()), wanted)
    check_form(raw, after)


@layouts
@given(st.data(), files())
def test_statements_are_wrapped_and_inserted(data: st.DataObject, raw: bytes) -> None:
    places = Places(raw)
    bodies = [
        node.body for node in ast.walk(places.tree) if isinstance(node, (ast.AsyncFunctionDef, ast.If, ast.AsyncWith))
    ]
    body = data.draw(st.sampled_from(bodies))
    index = data.draw(st.integers(0, len(body) - 1))
    place = places.span(body[index])
    kind = data.draw(st.sampled_from(("close", "after", "before")))
    note(raw.decode())
    if kind == "close":
        result = apply(raw, fix(CloseInFinally(place, "db.close()")))
        body[index:] = [ast.Try(body[index:], [], [], ast.parse("db.close()").body)]
    else:
        result = apply(raw, fix(InsertStatement(place, "if new:\n    x = 1", after=kind == "after")))
        body.insert(index + (kind == "after"), ast.parse("if new:\n    x = 1").body[0])
    assert result.withheld == {}
    after = result.contents[PATH]
    note(after.decode())
    assert same(ast.parse(after.removeprefix(b"\xef\xbb\xbf").decode()), places.tree)
    check_form(raw, after)


@layouts
@given(expressions())
def test_what_is_laid_out_on_one_line_means_the_same(source: str) -> None:
    try:
        wanted = ast.parse(f"({source})", mode="eval")
    except SyntaxError:
        assume(False)
    result = cst.Module([]).code_for_node(flat(cst.parse_expression(f"({source})")))
    assert same(ast.parse(result, mode="eval"), wanted)
    assert "\n" not in result or "#" in source or "\\" in source
