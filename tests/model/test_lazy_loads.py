"""Relationships that are read from what an async query gave without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

HEAD = """
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, WriteOnlyMapped, mapped_column, relationship, selectinload

class Base(DeclarativeBase):
    pass

class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list[Item]] = relationship()
    notes: Mapped[list[Item]] = relationship(lazy="selectin")
    events: WriteOnlyMapped[Item] = relationship()

class Read(BaseModel):
    id: int
    items: list[int]

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[Order] = relationship()
    item: Mapped[Item] = relationship()
    profile: Mapped[Order] = relationship(uselist=False)

class Owner(BaseModel):
    order: int

class Plain(BaseModel):
    id: int

async def find(db: AsyncSession, key: int) -> Order | None:
    if key < 0:
        return None
    return await db.get(Order, key)

async def full(db: AsyncSession, key: int) -> Order:
    return (await db.scalars(select(Order).options(selectinload(Order.items)))).one()

async def some(db: AsyncSession) -> list[Order]:
    return list((await db.scalars(select(Order))).all())

async def store(db: AsyncSession, key: int) -> Order:
    order = Order(id=key)
    db.add(order)
    await db.commit()
    await db.refresh(order)
    return order

async def current(db: AsyncSession = Depends(object)):
    return await db.get(Order, 1)

async def either(db: AsyncSession, key: int) -> Order:
    if key < 0:
        return await full(db, key)
    return await find(db, key)

app = FastAPI()
"""


def _lazy(project: ProjectFactory, body: str, model: str) -> list[tuple[str, bool]]:
    lines = "".join(f"    {line}\n" for line in body.split("; "))
    option = f", response_model={model}" if model else ""
    mine = ", mine=Depends(current)" if "mine" in body else ""
    code = f"@app.get('/'{option})\nasync def read(db: AsyncSession, key: int{mine}):\n{lines}"
    return [(one.column.name, one.serialized) for one in project({"main.py": HEAD + code}).lazy_loads.all()]


@pytest.mark.parametrize(
    ("body", "model", "found"),
    [
        ("o = await db.get(Order, key); return len(o.items)", "", ("items", False)),
        ("o = await db.scalar(select(Order)); return o.items", "", ("items", False)),
        (
            "r = await db.execute(select(Order)); o = r.scalar_one(); return [*o.items]",
            "",
            ("items", False),
        ),
        ("return [o.items for o in await db.scalars(select(Order))]", "", ("items", False)),
        ("o = await find(db, key); return len(o.items)", "", ("items", False)),
        ("o = await db.get(Order, key); return o", "Read", ("items", True)),
        ("return await db.get(Order, key)", "Read", ("items", True)),
        ("return (await db.scalars(select(Order))).all()", "list[Read]", ("items", True)),
        ("return await find(db, key)", "Read", ("items", True)),
        ("o = await db.get(Order, key); return Read.model_validate(o)", "", ("items", True)),
        ("return await some(db)", "list[Read]", ("items", True)),
        ("return [Read.model_validate(o) for o in await some(db)]", "", ("items", True)),
        ("return await store(db, key)", "Read", ("items", True)),
        ("o = await db.get(Order, key); await db.refresh(o); return o", "Read", ("items", True)),
        ("return mine", "Read", ("items", True)),
        ("return len(mine.items)", "", ("items", False)),
        ("o = Order(); db.add(o); await db.refresh(o, ['items']); return o", "Read", None),
        ("o = Order(items=[]); db.add(o); await db.commit(); return o", "Read", None),
        ("u = User(); db.add(u); await db.commit(); await db.refresh(u); return u", "Owner", None),
        ("u = await db.get(User, key); return u.order", "", ("order", False)),
        ("u = await db.get(User, key); await db.get(Order, u.id); return u.order", "", None),
        ("u = await db.get(User, key); o = await full(db, key); return u.order", "", None),
        ("u = await db.get(User, key); await db.get(Order, u.id); return u.profile", "", ("profile", False)),
        ("u = await db.get(User, key); return u.item", "", None),
        ("return mine", "Plain", None),
        ("o = await db.get(Order, key); return o", "Plain", None),
        ("o = await db.get(Order, key); return Plain.model_validate(o)", "", None),
        ("o = await full(db, key); return len(o.items)", "", None),
        ("o = await either(db, key); return len(o.items)", "", None),
        ("o = await db.get(Order, key, options=[selectinload(Order.items)]); return o.items", "", None),
        ("o = await db.get(Order, key); return len(o.notes)", "", None),
        ("o = await db.get(Order, key); return o.events.select()", "", None),
        ("o = await db.get(Order, key); await db.refresh(o, ['items']); return o.items", "", None),
        ("o = await db.get(Order, key); o.items = []; return o.items", "", None),
        ("o = await db.get(Order, key); return o.id", "", None),
    ],
)
def test_relationships_that_are_read(
    project: ProjectFactory, body: str, model: str, found: tuple[str, bool] | None
) -> None:
    assert _lazy(project, body, model) == ([found] if found else [])
