"""Verbs about statements."""

from __future__ import annotations

from functools import partial

import pytest

from fastlint.findings import (
    CloseInFinally,
    InsertStatement,
    MoveStatement,
    ReplaceExpression,
    ReplaceStatement,
)
from fixing.bench import Marked, fix, fixed, text, withheld


def block(lines: str) -> str:
    return "def f():\n" + "".join(f"    {line}\n" if line else "\n" for line in text(lines).rstrip("\n").split("\n"))


@pytest.mark.parametrize(
    ("source", "new", "wanted"),
    [
        ("# c\n«x = 1»  # d\ny = 2", "z = 3", "# c\nz = 3  # d\ny = 2"),
        ("# c\n«x = 1»  # d\ny = 2", "z = 3\nw = 4", "# c\nz = 3\nw = 4  # d\ny = 2"),
        ("x = 1\n«y = 2»", "", "x = 1"),
        ("«x = 1»", "", "pass"),
        ("a; «b»; c", "d", "a; d; c"),
        ("a; «b»", "", "a"),
        ("a; «b»;", "d", "a; d;"),
        ("a; «b»  # c", "if d:\n    e\nf", "a\nif d:\n    e\nf  # c"),
        ("«if a:\n    b\nelse:\n    c»\nd", "e = 1", "e = 1\nd"),
        ("# c\n«for a in b:\n    c»", "e", "# c\ne"),
        ("if a: «b»", "c", "if a: c"),
        ("if a: «b»", "c\nd", "if a:\n    c\n    d"),
        ("if a: «b»  # d", "for c in d:\n    e", None),
        (
            "«class Config:\n    a = 1»\nx: int",
            "model_config = ConfigDict(\n    a=1,\n)",
            "model_config = ConfigDict(\n    a=1,\n)\nx: int",
        ),
        ("«x = 1»", "# new\ny = 2", "# new\ny = 2"),
    ],
)
def test_a_statement_is_replaced(source: str, new: str, wanted: str | None) -> None:
    edit = partial(ReplaceStatement, text=new)
    if wanted is None:
        assert withheld(block(source), edit) == "a comment would be lost"
    else:
        assert fixed(block(source), edit) == block(wanted)


@pytest.mark.parametrize(
    ("source", "new", "after", "wanted"),
    [
        ("x = 1\n«y = 2»  # c\n# d\nz", "n", True, "x = 1\ny = 2  # c\nn\n# d\nz"),
        ("x = 1\n\n# d\n«y = 2»  # c", "n", False, "x = 1\n\nn\n# d\ny = 2  # c"),
        ("«x = 1»", "if a:\n  b", True, "x = 1\nif a:\n    b"),
        ("«if a:\n    b»\nc", "n", True, "if a:\n    b\nn\nc"),
        ("«if a:\n    b»", "n", False, "n\nif a:\n    b"),
        ("a; «b»; c  # d", "n", True, "a\nb\nn\nc  # d"),
        ("a; «b»; c  # d", "n", False, "a\nn\nb\nc  # d"),
        ("if a: «b»", "n", True, "if a:\n    b\n    n"),
        ("«x = 1»", "def g():\n    pass", True, "x = 1\n\ndef g():\n    pass"),
    ],
)
def test_a_statement_is_inserted(source: str, new: str, after: bool, wanted: str) -> None:
    assert fixed(block(source), partial(InsertStatement, text=new, after=after)) == block(wanted)


def test_definitions_at_the_top_stand_apart() -> None:
    source = "x = 1\n\n\n# about f\n@d\n«def f(): pass»\n\n\ny = 2\n"
    new = partial(InsertStatement, text="def g(): pass", after=False)
    assert fixed(source, new) == "x = 1\n\n\ndef g(): pass\n\n\n# about f\n@d\ndef f(): pass\n\n\ny = 2\n"
    new = partial(InsertStatement, text="def g(): pass")
    assert fixed(source, new) == "x = 1\n\n\n# about f\n@d\ndef f(): pass\n\n\ndef g(): pass\n\n\ny = 2\n"


def test_several_statements_are_inserted_at_one_place() -> None:
    edits = [
        partial(InsertStatement, text=name, after=after) for name, after in (("a", False), ("b", True), ("c", True))
    ]
    source = Marked(block("«x = «g()»»"))
    statement, call = source.at
    result = source.apply(fix(*(edit(statement) for edit in edits), ReplaceExpression(call, "h()")))
    assert result.contents[source.path].decode() == block("a\nx = h()\nc\nb")


def test_tabs_and_line_endings_are_those_of_the_file() -> None:
    source = "def f():\r\n\tif a:\r\n\t\t«b»\r\n"
    new = partial(ReplaceStatement, text='while c:\n    x = """\n"""')
    assert fixed(source, new) == 'def f():\r\n\tif a:\r\n\t\twhile c:\r\n\t\t\tx = """\r\n"""\r\n'


@pytest.mark.parametrize("new", ["x =", "  x = 1\ny = 2", "x = 1\n# end", "# only"])
def test_text_that_is_no_statement(new: str) -> None:
    assert withheld(block("«x = 1»"), partial(ReplaceStatement, text=new)) in (
        "the new statement is not valid",
        "the new text ends in a comment",
    )


@pytest.mark.parametrize(
    ("source", "cleanup", "wanted"),
    [
        (
            """
            db = S()
            «yield db»
            db.close()
            """,
            "db.close()",
            """
            db = S()
            try:
                yield db
            finally:
                db.close()
            """,
        ),
        (
            """
            db = S()

            # hand it out
            «yield db»  # c
            db.commit()
            # and close it
            db.close()  # d
            """,
            "db.close()",
            """
            db = S()

            try:
                # hand it out
                yield db  # c
                db.commit()
            finally:
                # and close it
                db.close()  # d
            """,
        ),
        (
            """
            db = S(); «yield db»; db.close()
            """,
            "await db.close()",
            """
            db = S()
            try:
                yield db
                db.close()
            finally:
                await db.close()
            """,
        ),
        (
            """
            «try:
                yield db
            except E:
                raise»
            db.close()
            """,
            "db.close()",
            """
            try:
                yield db
            except E:
                raise
            finally:
                db.close()
            """,
        ),
        (
            """
            «try:
                yield db
            finally:
                log()»
            db.close()
            """,
            "db.close()",
            """
            try:
                try:
                    yield db
                finally:
                    log()
            finally:
                db.close()
            """,
        ),
        (
            """
            if a: «yield db»
            """,
            "db.close()",
            """
            if a:
                try:
                    yield db
                finally:
                    db.close()
            """,
        ),
        (
            """
            «yield Request(
                a,  # one
                b,
            )»
            x = \"\"\"
            text\"\"\"
            # the end
            """,
            "db.close()",
            """
            try:
                yield Request(
                    a,  # one
                    b,
                )
                x = \"\"\"
            text\"\"\"
            finally:
                db.close()
            # the end
            """,
        ),
    ],
)
def test_something_is_cleaned_up_in_any_case(source: str, cleanup: str, wanted: str) -> None:
    asynchronous = "async " if "await" in cleanup else ""
    edit = partial(CloseInFinally, cleanup=cleanup)
    assert fixed(asynchronous + block(source), edit) == asynchronous + block(wanted)


def test_edits_inside_what_is_wrapped_survive() -> None:
    source = Marked(block("db = S()\n«yield db»\nlog(«1»)\ndb.close()"))
    result = source.apply(fix(CloseInFinally(source.at[0], "db.close()")), fix(ReplaceExpression(source.at[1], "2")))
    wanted = block("db = S()\ntry:\n    yield db\n    log(2)\nfinally:\n    db.close()")
    assert result.contents[source.path].decode() == wanted


def test_a_statement_is_moved_with_its_comments() -> None:
    source = "x = 1\n\n\n# f\n@d\n«def f(): pass»\n\n\n# g\n@e\n«def g(): pass»\n"
    marked = Marked(source)
    one, other = marked.at
    result = marked.apply(fix(MoveStatement(other, one)))
    wanted = "x = 1\n\n\n# g\n@e\ndef g(): pass\n\n\n# f\n@d\ndef f(): pass\n"
    assert result.contents[marked.path].decode() == wanted
    marked = Marked(
        wanted.replace("def g(): pass", "«def g(): pass»").replace("def f(): pass", "«def f(): pass»") + "\n\ny = 2\n"
    )
    assert marked.apply(fix(MoveStatement(marked.at[1], marked.at[0]))).made == (0,)


def test_a_statement_stays_in_its_block() -> None:
    marked = Marked("«x = 1»\nif a:\n    «y = 2»\n")
    assert marked.apply(fix(MoveStatement(marked.at[1], marked.at[0]))).withheld == {
        0: "the two statements stand in different blocks"
    }


def moved(source: str) -> str:
    marked = Marked(source)
    result = marked.apply(fix(MoveStatement(marked.at[1], marked.at[0])))
    return result.contents[marked.path].decode()


def test_a_form_feed_is_not_lost_when_a_statement_moves() -> None:
    marked = Marked("«a = 1»\n\n\x0c\n«b = 2»\n")
    result = marked.apply(fix(MoveStatement(marked.at[1], marked.at[0])))
    assert result.withheld == {0: "a form feed would be lost"}
    assert moved("«a = 1»\n«b = 2»\n\x0c\nc = 3\n") == "b = 2\na = 1\n\x0c\nc = 3\n"


def test_headings_stay_when_a_statement_moves() -> None:
    source = text(
        """
        class C:
            # ===
            # One

            # about a
            «def a(self): pass»

            # ===
            # Two

            # about b
            «def b(self): pass»

            def c(self): pass
        """
    )
    wanted = text(
        """
        class C:
            # ===
            # One

            # about b
            def b(self): pass

            # about a
            def a(self): pass

            # ===
            # Two

            def c(self): pass
        """
    )
    assert moved(source) == wanted


def test_a_heading_goes_along_where_nothing_else_is_under_it() -> None:
    source = "«def a(): pass»\n\n\n# Two\n\n\n# about b\n@d\n«def b(): pass»\n"
    assert moved(source) == "# Two\n\n\n# about b\n@d\ndef b(): pass\n\n\ndef a(): pass\n"
