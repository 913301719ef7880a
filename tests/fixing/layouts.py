"""Python in every layout: sources that mean the same and look as no formatter would have it."""

from __future__ import annotations

from hypothesis import strategies as st

INSIDE = ("", " ", "  ", "\n", "\n      ", "  # note\n        ", "\\\n  ", "\n\t", "\n\n    # alone\n   ")
BETWEEN = ("", " ", "\t")
NAMES = ("a", "b", "session", "é")


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """An expression that may stand between brackets."""
    kind = draw(st.sampled_from(["name", "call", "call", "call", "method", "sum", "parens", "list", "text", "choice"]))
    if depth == 0 or kind == "name":
        return draw(st.sampled_from((*NAMES, "1", "'x # y'", "None")))
    inner = expressions(depth=depth - 1)
    gap = draw(st.sampled_from(INSIDE))
    match kind:
        case "call":
            return (
                draw(st.sampled_from(("f", "g.h", "é.ü"))) + draw(st.sampled_from(BETWEEN)) + draw(arguments(depth - 1))
            )
        case "method":
            return f"{draw(calls(depth - 1))}.run{draw(arguments(depth - 1))}"
        case "sum":
            return f"({draw(inner)}{gap}+{gap}{draw(inner)})"
        case "parens":
            return f"({gap}{draw(inner)}{gap})"
        case "list":
            return f"[{gap}{draw(inner)},{gap}{draw(inner)}{gap}]"
        case "text":
            return f"f'{{f({draw(st.sampled_from(NAMES))})!r}} {{a}}'"
        case _:
            return f"({draw(inner)} if {draw(inner)} else{gap} ({draw(inner)}))"


@st.composite
def calls(draw: st.DrawFn, depth: int) -> str:
    """A call."""
    return draw(st.sampled_from(("f", "g.h"))) + draw(arguments(depth))


@st.composite
def arguments(draw: st.DrawFn, depth: int) -> str:
    """Arguments in their brackets."""
    stars = st.sampled_from(("", "", "*"))
    items = [draw(stars) + draw(expressions(depth=depth)) for _ in range(draw(st.integers(0, 2)))]
    for name in draw(st.lists(st.sampled_from(("k", "old", "é")), unique=True, max_size=3)):
        equal = draw(st.sampled_from(("=", " = ")))
        items.append(f"{name}{equal}{draw(expressions(depth=depth))}")
    if draw(st.integers(0, 9)) == 0:
        items.append("**b")
    if not items:
        return f"({draw(st.sampled_from(INSIDE))})"
    text = ""
    for item in items:
        text += f"{draw(st.sampled_from(INSIDE))}{item}{draw(st.sampled_from(INSIDE))},"
    if draw(st.booleans()):
        text = text[:-1]
    return f"({text}{draw(st.sampled_from(INSIDE))})"


@st.composite
def statements(draw: st.DrawFn, depth: int = 2) -> list[str]:
    """Lines of a block, without their indentation but for what is inside of it; `>` marks one level more."""
    simple = st.builds(
        lambda head, value: head + value,
        st.sampled_from(("x = ", "", "y: int = ", "x, y = ", "assert ", "return ", "await ")),
        expressions(depth=2),
    )
    kind = draw(st.sampled_from(["line", "line", "line", "several", "if", "one-line", "comment", "blank", "with"]))
    comment = draw(st.sampled_from(("", "  # why", "# é")))
    match kind:
        case "several":
            semicolon, last = draw(st.sampled_from(("; ", " ;", ";"))), draw(st.sampled_from(("", ";")))
            return [f"{draw(simple)}{semicolon}{draw(simple)}{last}{comment}"]
        case "if" if depth:
            return [f"if {draw(expressions(depth=1))}:{comment}", *(f">{line}" for line in draw(blocks(depth - 1)))]
        case "with" if depth:
            head = f"async with {draw(calls(1))} as c:{comment}"
            return [head, *(f">{line}" for line in draw(blocks(depth - 1)))]
        case "one-line":
            return [f"if a: {draw(simple)}{comment}"]
        case "comment":
            return ["# a comment of its own", draw(simple)]
        case "blank":
            return ["", draw(simple)]
        case _:
            return [f"{draw(simple)}{comment}"]


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2) -> list[str]:
    """The lines of a block."""
    return [line for lines in draw(st.lists(statements(depth), min_size=1, max_size=3)) for line in lines]


@st.composite
def functions(draw: st.DrawFn) -> list[str]:
    """A function with decorators, odd heads and comments in odd places."""
    lines: list[str] = []
    for name in draw(st.lists(st.sampled_from(("d", "app.get('/x')", "e(\n  1,  # one\n)")), max_size=2)):
        lines.extend(draw(st.sampled_from(((), ("# about it",), ("", "# about it")))))
        lines.append(f"@{name}{draw(st.sampled_from(('', '  # why')))}")
    gap = draw(st.sampled_from(INSIDE))
    params = draw(
        st.sampled_from(("", "a", "a, b=1", f"a,{gap}b: int = 1,{gap}", f"{gap}a,{gap}*,{gap}b", "*b, a=1", "a, /, b"))
    )
    returns = draw(st.sampled_from(("", " -> int", "->'x'")))
    lines.append(f"async  def fn({params}){returns} :{draw(st.sampled_from(('', '  # head')))}")
    lines.extend(f">{line}" for line in draw(blocks()))
    return lines


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module: an import, then functions; with the indentation of one taste."""
    indent = draw(st.sampled_from(("    ", "  ", "\t")))
    lines = ["from fastapi.concurrency import run_in_threadpool"]
    for function in draw(st.lists(functions(), min_size=1, max_size=2)):
        lines.extend(("", ""))
        lines.extend(function)
    result = []
    for line in lines:
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:]
        result.append(f"{indent * depth}{rest}" if rest else "")
    return "\n".join(result) + draw(st.sampled_from(("\n", "", "\n\n", "\n# the end")))


def in_form(source: str, newline: str, *, bom: bool) -> bytes:
    """A source as the bytes of a file."""
    return (b"\xef\xbb\xbf" if bom else b"") + source.replace("\n", newline).encode()
