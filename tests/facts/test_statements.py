from __future__ import annotations

import pytest

from facts.outline import read, statement
from fastlint.facts import records as r

CASES = [
    ("a = 1", "Assign([a], #1, -, )"),
    ("a = b = 1", "Assign([a, b], #1, -, )"),
    ("a: int = 1", "Assign([a], #1, int, )"),
    ("a: int", "Assign([a], -, int, )"),
    ("(a): int = 1", "Assign([a], #1, int, )"),
    ("a += 1", "Assign([a], #1, -, +=)"),
    ("a, *b = c", "Assign([Sequence(tuple, [a, Starred(b)])], c, -, )"),
    ("(a) = 1", "Assign([a], #1, -, )"),
    ("[a, b] = c", "Assign([Sequence(list, [a, b])], c, -, )"),
    ("a.b[0] = c", "Assign([Subscript(a.b, [#0])], c, -, )"),
    ("x = yield a", "Assign([x], Yield(a, False), -, )"),
    ("type(a).b = c", "Assign([Attribute(Call(type, [a], []), b)], c, -, )"),
    ("type = 1", "Assign([type], #1, -, )"),
    ("match = 1", "Assign([match], #1, -, )"),
    ("print(a)", "ExprStatement(Call(print, [a], []))"),
    ("a = *b, c", "Assign([a], Sequence(tuple, [Starred(b), c]), -, )"),
    ("return", "Return(-)"),
    ("return a, b", "Return(Sequence(tuple, [a, b]))"),
    ("raise", "Raise(-, -)"),
    ("raise a", "Raise(a, -)"),
    ("raise a from b", "Raise(a, b)"),
    ("assert a", "Assert(a, -)"),
    ("assert a, 'b'", "Assert(a, 'b')"),
    ("del a", "Delete([a])"),
    ("del a, b", "Delete([a, b])"),
    ("del (a, b)", "Delete([a, b])"),
    ("global a, b", "Scope([a, b], False)"),
    ("nonlocal a", "Scope([a], True)"),
    ("pass", "Jump(pass)"),
    ("break", "Jump(break)"),
    ("continue", "Jump(continue)"),
    ("if a: b\nelif c: d\nelse: e", "If(a, [ExprStatement(b)], [If(c, [ExprStatement(d)], [ExprStatement(e)])])"),
    ("if a:\n  pass", "If(a, [Jump(pass)], [])"),
    ("for a, b in c: d\nelse: e", "For(Sequence(tuple, [a, b]), c, [ExprStatement(d)], [ExprStatement(e)], False)"),
    ("for a in b, c: pass", "For(a, Sequence(tuple, [b, c]), [Jump(pass)], [], False)"),
    ("async for a in b: c", "For(a, b, [ExprStatement(c)], [], True)"),
    ("while a: b\nelse: c", "While(a, [ExprStatement(b)], [ExprStatement(c)])"),
    ("try: a\nexcept: b", "Try([ExprStatement(a)], [Handler(-, , [ExprStatement(b)])], [], [])"),
    (
        "try: return\nexcept A as e: pass\nexcept (B, C): pass\nelse: pass\nfinally: raise",
        (
            "Try([Return(-)], [Handler(A, e, [Jump(pass)]), Handler(Sequence(tuple, [B, C]), , [Jump(pass)])], "
            "[Jump(pass)], [Raise(-, -)])"
        ),
    ),
    (
        "try: a\nexcept A, B: b",
        "Try([ExprStatement(a)], [Handler(Sequence(tuple, [A, B]), , [ExprStatement(b)])], [], [])",
    ),
    ("try: a\nexcept* A as e: b", "Try([ExprStatement(a)], [Handler(A, e, [ExprStatement(b)])], [], [])"),
    (
        "try: a\nexcept* (A, B): b",
        "Try([ExprStatement(a)], [Handler(Sequence(tuple, [A, B]), , [ExprStatement(b)])], [], [])",
    ),
    ("with a: b", "With([WithItem(a, -)], [ExprStatement(b)], False)"),
    ("with a as b, c: d", "With([WithItem(a, b), WithItem(c, -)], [ExprStatement(d)], False)"),
    ("with (a as b, c as d,): e", "With([WithItem(a, b), WithItem(c, d)], [ExprStatement(e)], False)"),
    ("with (a, b): c", "With([WithItem(a, -), WithItem(b, -)], [ExprStatement(c)], False)"),
    ("with (a): b", "With([WithItem(a, -)], [ExprStatement(b)], False)"),
    ("with (a, b) as c: d", "With([WithItem(Sequence(tuple, [a, b]), c)], [ExprStatement(d)], False)"),
    ("async with a as b.c: d", "With([WithItem(a, b.c)], [ExprStatement(d)], True)"),
    ("with a if b else c as d: e", "With([WithItem(Conditional(b, a, c), d)], [ExprStatement(e)], False)"),
    ("with f() as (a, b): c", "With([WithItem(Call(f, [], []), Sequence(tuple, [a, b]))], [ExprStatement(c)], False)"),
    ("with (yield a): b", "With([WithItem(Yield(a, False), -)], [ExprStatement(b)], False)"),
    ("match a:\n  case b: pass", "Match(a, [Case([b], -, [Jump(pass)])])"),
    ("match a, b:\n  case (c, [d, *e]): pass", "Match(Sequence(tuple, [a, b]), [Case([c, d, e], -, [Jump(pass)])])"),
    ("match a,:\n  case _: pass", "Match(Sequence(tuple, [a]), [Case([], -, [Jump(pass)])])"),
    (
        "match a:\n  case A(b, c=d) if e: f\n  case {'k': f, **g} | h.i as j: h\n  case -1 | 1+2j | 'x' | None: 1",
        (
            "Match(a, [Case([b, d], e, [ExprStatement(f)]), Case([f, g, j], -, [ExprStatement(h)]), "
            "Case([], -, [ExprStatement(#1)])])"
        ),
    ),
    ("import a", "Import(, 0, [ImportName(a, a)], False)"),
    ("import a.b", "Import(, 0, [ImportName(a.b, a)], False)"),
    ("import a.b as c, d", "Import(, 0, [ImportName(a.b, c), ImportName(d, d)], False)"),
    ("from a import b", "Import(a, 0, [ImportName(b, b)], True)"),
    ("from a.b import c as d, e", "Import(a.b, 0, [ImportName(c, d), ImportName(e, e)], True)"),
    ("from . import a", "Import(, 1, [ImportName(a, a)], True)"),
    ("from ...a import (b, c as d,)", "Import(a, 3, [ImportName(b, b), ImportName(c, d)], True)"),
    ("from a import *", "Import(a, 0, [ImportName(*, *)], True)"),
    ("from __future__ import annotations", "Import(__future__, 0, [ImportName(annotations, annotations)], True)"),
    ("from .. import *", "Import(, 2, [ImportName(*, *)], True)"),
    ("import a . b", "Import(, 0, [ImportName(a.b, a)], False)"),
    ("type X = int", "TypeAliasDef(X, int)"),
    ("type X[T: int, *Ts, **P] = list[T]", "TypeAliasDef(X, Subscript(list, [T]))"),
    ("print 'a', b", "ExprStatement(Opaque(['a', b]))"),
    ("exec 'a' in b", "ExprStatement(Opaque(['a', b]))"),
    ("print >>a, b", "ExprStatement(Sequence(tuple, [Operation(arithmetic, >>, [print, a]), b]))"),
    ("print >>a", "ExprStatement(Operation(arithmetic, >>, [print, a]))"),
    ("print >>a,", "ExprStatement(Sequence(tuple, [Operation(arithmetic, >>, [print, a])]))"),
    ("def f(): pass", "Function(f, [], -, [], False)"),
    (
        "async def f(a, /, b: int = 1, *c: C, d, e=2, **g) -> list[D]: pass",
        (
            "Function(f, [positional a, normal b: int=#1, * c: C, keyword d, keyword e=#2, ** g], "
            "Subscript(list, [D]), [], True)"
        ),
    ),
    ("def f(*, a): pass", "Function(f, [keyword a], -, [], False)"),
    ("def f[T](a: T) -> T: pass", "Function(f, [normal a: T], T, [], False)"),
    ("def f(a, (b, c)): pass", "Function(f, [normal a, normal ], -, [], False)"),
    ("def f(*args: *Ts): pass", "Function(f, [* args: Starred(Ts)], -, [], False)"),
    ("def f(\n  a,  # first\n  # second\n  b,\n): pass", "Function(f, [normal a, normal b], -, [], False)"),
    ("@a.b(c)\n@d\ndef f(): pass", "Function(f, [], -, [Call(a.b, [c], []), d], False)"),
    ("class A: pass", "Class(A, [], [], [], [Jump(pass)])"),
    (
        "class A(B, C[D], metaclass=M, **k): x: int = 1",
        "Class(A, [B, Subscript(C, [D])], [metaclass=M, **=k], [], [Assign([x], #1, int, )])",
    ),
    ("class A[T](B[T]): pass", "Class(A, [Subscript(B, [T])], [], [], [Jump(pass)])"),
    ("@a\nclass B:\n  @c\n  def d(self): pass", "Class(B, [], [], [a], [Function(d, [normal self], -, [c], False)])"),
    ("x: int | None", "Assign([x], -, Operation(arithmetic, |, [int, #None]), )"),
    (
        "x: list[int] | str | None",
        "Assign([x], -, Operation(arithmetic, |, [Operation(arithmetic, |, [Subscript(list, [int]), str]), #None]), )",
    ),
    (
        "x: Annotated[str, Query(max_length=3)]",
        "Assign([x], -, Subscript(Annotated, [str, Call(Query, [], [max_length=#3])]), )",
    ),
    (
        "x: Callable[[int, str], dict[str, int]]",
        "Assign([x], -, Subscript(Callable, [Sequence(list, [int, str]), Subscript(dict, [str, int])]), )",
    ),
    ("x: 'A.B'", "Assign([x], -, 'A.B', )"),
    ("x: a.b[c].d", "Assign([x], -, Attribute(Subscript(a.b, [c]), d), )"),
    ("x: Literal['a', 1]", "Assign([x], -, Subscript(Literal, ['a', #1]), )"),
    ("x: type[A]", "Assign([x], -, Subscript(type, [A]), )"),
    ("x: a[b].c", "Assign([x], -, Attribute(Subscript(a, [b]), c), )"),
    ("x: 1", "Assign([x], -, #1, )"),
    ("x: Foo[a:b]", "Assign([x], -, Subscript(Foo, [Slice(a, b, -)]), )"),
    ("x: None", "Assign([x], -, #None, )"),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_each_kind_of_statement(source: str, expected: str) -> None:
    assert statement(source) == expected


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
@pytest.mark.parametrize("source", [source for source, _ in CASES if "\n" in source])
def test_lines_may_end_in_any_way(source: str, ending: str) -> None:
    assert statement(source.replace("\n", ending)) == statement(source)


def test_statements_on_one_line() -> None:
    assert [type(found) for found in read("import a; a.b(); pass;\n").header.statements] == [
        r.Import,
        r.ExprStatement,
        r.Jump,
    ]


def test_where_a_function_is() -> None:
    source = "@a\nasync def name(b):\n    return b\n"
    (found,) = read(source).header.statements
    assert isinstance(found, r.FunctionDef)
    function = found.function
    assert source[function.start : function.end] == "async def name(b):\n    return b"
    assert source[function.name_start : function.name_end] == "name"
    assert source[function.body_start : function.body_end] == "return b"


def test_comments_before_the_first_statement_belong_to_a_body() -> None:
    source = "def f():  # one\n    # two\n    # three\n    pass\n"
    (found,) = read(source).header.statements
    assert isinstance(found, r.FunctionDef)
    assert source[found.function.body_start : found.function.body_end] == "# two\n    # three\n    pass"


def test_where_parameters_are() -> None:
    source = "def f(a, b: int = 1, *c, **d): pass"
    (found,) = read(source).header.statements
    assert isinstance(found, r.FunctionDef)
    assert [source[param.start : param.end] for param in found.function.params] == ["a", "b: int = 1", "*c", "**d"]


def test_where_a_class_is() -> None:
    source = "@a\nclass Name(B):\n    x = 1\n"
    (found,) = read(source).header.statements
    assert isinstance(found, r.ClassDef)
    assert source[found.class_.start : found.class_.end] == "class Name(B):\n    x = 1"
    assert source[found.class_.name_start : found.class_.name_end] == "Name"


def test_a_type_that_could_be_parsed_in_part_only_is_opaque() -> None:
    (found,) = read("x: list[int][str]").header.statements
    assert isinstance(found, r.Assign)
    assert isinstance(found.annotation, r.Opaque)
