"""Pydantic models and mapped entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.nodes import ClassNode
    from fastlint.model.project import Project

DB = """
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, declarative_base, mapped_column, registry, relationship

mapper = registry()
Old = declarative_base(metadata=None)

class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)

class User(Base):
    __tablename__ = "users"
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(back_populates="user")
    greeting = "hello"

class Post(Old):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    title = Column(String)

@mapper.mapped
class Tag:
    __tablename__ = "tags"
    id = Column(Integer, primary_key=True)
"""
MODELS = """
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, ClassVar, NamedTuple, TypedDict

from pydantic import BaseModel, Field, PrivateAttr, computed_field
from sqlmodel import Field as Column, Relationship, SQLModel
from vendor import Model

class Named(BaseModel):
    name: str

class Item(Named):
    kind: ClassVar[str] = "item"
    _cache: dict = PrivateAttr()
    id: int = Field(alias="itemId")
    secret: Annotated[str, Field(exclude=True)]
    name: bytes

    @computed_field
    @property
    def label(self) -> str:
        return self.name

class HeroBase(SQLModel):
    name: str

class Hero(HeroBase, table=True):
    id: int | None = Column(default=None, primary_key=True)
    team: "Team" = Relationship()

class Vendored(Model):
    __tablename__ = "x"
    id = Column()

@dataclass
class Point:
    x: int

class Row(TypedDict):
    a: int

class Pair(NamedTuple):
    a: int

class Kind(Enum):
    A = 1

class Plain: ...
"""


@pytest.fixture
def made(project: ProjectFactory) -> Project:
    return project({"db.py": DB, "models.py": MODELS})


def _class(made: Project, name: str) -> ClassNode:
    return next(one for module in made.modules.by_path.values() for one in module.classes if one.name == name)


@pytest.mark.parametrize("name", ["User", "Post", "Tag", "Hero"])
def test_entities(made: Project, name: str) -> None:
    assert made.schemas.is_entity(_class(made, name))


@pytest.mark.parametrize("name", ["Item", "HeroBase", "Plain", "Point", "Vendored"])
def test_no_entities(made: Project, name: str) -> None:
    assert not made.schemas.is_entity(_class(made, name))


def test_models_and_plain_data(made: Project) -> None:
    schemas = made.schemas
    classes = [one for module in made.modules.by_path.values() for one in module.classes]
    assert [one.name for one in classes if schemas.is_model(one)] == ["Named", "Item", "HeroBase", "Hero"]
    assert [one.name for one in classes if schemas.is_table_model(one)] == ["Hero"]
    assert [one.name for one in classes if schemas.is_plain_data(one)] == ["Point", "Row", "Pair", "Kind"]
    assert schemas.is_model("pydantic.RootModel")
    assert not schemas.is_model("pydantic.TypeAdapter")
    assert not schemas.is_entity("sqlalchemy.orm.DeclarativeBase")


def test_fields(made: Project) -> None:
    fields = {one.name: one for one in made.schemas.fields(_class(made, "Item"))}
    assert list(fields) == ["name", "id", "secret", "label"]
    assert fields["name"].owner.name == "Item"
    assert fields["id"].alias == "itemId"
    assert fields["secret"].excluded
    assert fields["label"].computed
    assert [one.name for one in made.schemas.fields(_class(made, "Hero"))] == ["name", "id"]


def test_columns(made: Project) -> None:
    columns = made.schemas.columns(_class(made, "User"))
    assert [(one.name, one.relationship) for one in columns] == [("id", False), ("name", False), ("posts", True)]
    assert [one.name for one in made.schemas.columns(_class(made, "Post"))] == ["id", "title"]
    heroes = made.schemas.columns(_class(made, "Hero"))
    assert [(one.name, one.relationship) for one in heroes] == [("name", False), ("id", False), ("team", True)]
