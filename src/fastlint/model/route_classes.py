"""Route classes of the project: what they put around every endpoint of the routers that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Name
from fastlint.model.types import ClassRef, FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode, Scope
    from fastlint.model.routes import Routes

_SET = b".route_class"


def route_handlers(inference: Inference, routes: Routes) -> Iterator[FunctionRef]:
    """What `get_route_handler` of each route class in use gives: the function that every request to its routes runs."""
    seen: set[ClassNode] = set()
    for expr, scope in (*_options(routes), *_assigned(inference)):
        for one in inference.of(expr, scope):
            if isinstance(one, ClassRef) and one.cls not in seen:
                seen.add(one.cls)
                method = inference.members.method(one.cls, "get_route_handler")
                given = inference.returns(FunctionRef(method, Instance(one.cls))) if method is not None else ()
                yield from (ref for ref in given if isinstance(ref, FunctionRef))


def _options(routes: Routes) -> Iterator[tuple[Expr, Scope]]:
    """`APIRouter(route_class=Logged)`."""
    for router in routes.routers:
        option = router.option("route_class")
        if option is not None:
            yield option


def _assigned(inference: Inference) -> Iterator[tuple[Expr, Scope]]:
    """`app.router.route_class = Logged`."""
    for module in inference.modules.by_path.values():
        at = module.facts.source.data.find(_SET)
        if at < 0:
            continue
        for scope in (module, module.innermost(at)):
            for statement, target in scope.scan.attributes:
                if isinstance(target, Name) and target.id.endswith(_SET.decode()) and statement.value is not None:
                    yield statement.value, scope
