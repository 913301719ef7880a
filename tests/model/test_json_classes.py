"""Where JSON response classes are asked for, sensitive fields, and creations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import ProjectFactory


def test_json_classes_and_the_routes_they_concern(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
            from fastapi import APIRouter, FastAPI
            from fastapi.responses import JSONResponse, ORJSONResponse as Fast, UJSONResponse
            from pydantic import BaseModel

            class Item(BaseModel):
                id: int

            class Own(Fast): ...

            router = APIRouter(default_response_class=Fast)
            app = FastAPI()

            @router.get("/a")
            def a() -> Item: ...

            @router.get("/b", response_class=UJSONResponse)
            def b(): return Fast({})

            @router.get("/c")
            def c():
                yield 1

            @app.get("/d", response_class=Fast)
            def d() -> Item: ...

            app.include_router(router)
            """
        }
    )
    classes = made.json_classes
    found = [
        (one.asking, one.kind, [r.function.name for r in one.routes], [r.function.name for r in one.generators])
        for one in classes.all()
    ]
    assert sorted(found) == [
        ("call", "orjson", ["b"], []),
        ("route", "orjson", ["d"], []),
        ("route", "ujson", ["b"], []),
        ("router", "orjson", ["a", "c"], ["c"]),
        ("subclass", "orjson", [], []),
    ]
    safe = [one for one in classes.all() if one.asking == "route" and classes.can_go(one)]
    assert [one.routes[0].function.name for one in safe] == ["d"]


def test_sensitive_fields(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
            from fastapi import FastAPI
            from pydantic import BaseModel, Field, field_validator
            from sqlmodel import SQLModel, Field as Column

            app = FastAPI()

            class Row(SQLModel, table=True):
                id: int = Column(primary_key=True)
                apiSecret: str

            class Inner(BaseModel):
                password_hash: str
                api_secret: str
                secret_name: str
                has_password: bool
                private_key: str

            class Masked(BaseModel):
                hashed_password: str
                @field_validator("hashed_password")
                def hide(cls, value): ...

            class Out(BaseModel):
                inner: list[Inner] | None
                masked: Masked
                hashed_pwd: str = Field(exclude=True)

            class In(BaseModel):
                password: str

            @app.get("/a")
            def a() -> Out: ...

            @app.get("/b")
            def b() -> list[Out]: ...

            @app.post("/c", response_model=In)
            def c(body: In): ...

            @app.post("/d", response_model=In, response_model_exclude={"password"})
            def d(body: In): ...
            """
        }
    )
    found = [(one.model.name, one.field.name, len(one.contracts)) for one in made.sensitive.all()]
    assert found == [("Inner", "password_hash", 2), ("Inner", "api_secret", 2), ("In", "password", 1)]


def test_creations(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
            from fastapi import Depends, FastAPI, Response
            from sqlmodel import Field, Session, SQLModel

            app = FastAPI()

            class Row(SQLModel, table=True):
                id: int = Field(primary_key=True)

            class Base(SQLModel): ...

            def session() -> Session: ...

            def store(db: Session, data) -> Row:
                row = Row.model_validate(data)
                db.add(row)
                return row

            @app.post("/a", response_model=Base)
            def a(db: Session = Depends(session)):
                return store(db, {})

            def save(db: Session, row: Row) -> Row:
                db.add(row)
                return row

            def replace(db: Session, row: Row) -> Row:
                row = db.get(Row, row.id)
                db.add(row)
                return row

            @app.post("/d", response_model=Base)
            def d(db: Session = Depends(session)):
                return save(db, row=Row(id=1))

            @app.post("/e", response_model=Base)
            def e(db: Session = Depends(session)):
                return save(db, db.get(Row, 1))

            @app.post("/f", response_model=Base)
            def f(db: Session = Depends(session)):
                return replace(db, Row(id=1))

            @app.post("/b", response_model=Base)
            def b(db: Session = Depends(session)):
                row = db.get(Row, 1)
                db.add(row)
                return row

            @app.post("/g", response_model=Base)
            def g(response: Response, db: Session = Depends(session)):
                response.status_code = 201
                return store(db, {})

            def get_or_create(db: Session, number: int) -> Row:
                found = db.get(Row, number)
                if found is not None:
                    return found
                made = Row(id=number)
                db.add(made)
                return made

            @app.post("/h", response_model=Base)
            def h(db: Session = Depends(session)):
                return get_or_create(db, 1)

            def ensure(db: Session, number: int) -> Row:
                row = db.get(Row, number)
                if row is None:
                    row = Row(id=number)
                    db.add(row)
                return row

            @app.post("/i", response_model=Base)
            def i(db: Session = Depends(session)):
                return ensure(db, 1)

            @app.post("/c", response_model=Base, status_code=201)
            def c(db: Session = Depends(session)):
                return store(db, {})
            """
        }
    )
    contracts = [one for _, each in made.contracts.all for one in each]
    assert [one.function.name for one in contracts if made.creations.of(one) is not None] == ["a", "d"]
