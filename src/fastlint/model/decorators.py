"""What decorators are called, and what they add to a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.callsites import says
from fastlint.model.knowledge import offload
from fastlint.model.types import UNKNOWN, ClassRef, External, FunctionRef, MethodRef

if TYPE_CHECKING:
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode, FunctionNode
    from fastlint.model.types import Types

_KEEPING = (b"wraps", b"update_wrapper", b"__signature__", b"decorator")


class Decorators:
    """Names decorators for an Inference."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._named: dict[FunctionNode | ClassNode, tuple[str, ...]] = {}

    def names(self, node: FunctionNode | ClassNode) -> tuple[str, ...]:
        """Qualified names of decorators, topmost first."""
        known = self._named.get(node)
        if known is None:
            self._named[node] = ()
            known = self._named[node] = tuple(self._decorated_by(node)) if node.record.decorators else ()
        return known

    def _decorated_by(self, node: FunctionNode | ClassNode) -> list[str]:
        names: list[str] = []
        for expr in node.record.decorators:
            target = expr.func if isinstance(expr, Call) else expr
            if isinstance(target, Name) and target.id.endswith((".setter", ".getter", ".deleter")):
                names.append(target.id)
                continue
            for one in self._inference.of(target, node.parent):
                match one:
                    case External(name=name):
                        names.append(name)
                    case FunctionRef(node=inner):
                        names.append(inner.qualname)
                    case ClassRef(cls=cls):
                        names.append(cls.qualname)
                    case MethodRef(owner=owner, path=path):
                        names.append(f"{owner}.{path}")
                    case _:
                        pass
        return names

    def hide_signature(self, node: FunctionNode) -> bool:
        """Whether one of the project puts a function of its own in the place of another, and not by `functools.wraps`.

        Nobody, FastAPI included, then sees the annotations that stand at the function.
        """
        for expr in node.record.decorators:
            for one in self._inference.of(expr.func if isinstance(expr, Call) else expr, node.parent):
                if isinstance(one, FunctionRef) and one.node.nested and not says(one.node, *_KEEPING):
                    return True
        return False

    def decorated(self, ref: FunctionRef) -> Types:
        """What a decorated function's name means. Decorators are taken to keep what they wrap callable alike."""
        return (ref,)

    def function_attribute(self, ref: FunctionRef, name: str) -> Types:
        """`task.delay` and the like: what a library's decorator adds to a function."""
        for decorator in self.names(ref.node):
            if offload.escape(decorator) is not None:  # a task queue's decorator: `task.delay`, `actor.send`
                return (MethodRef("dramatiq.Actor" if decorator == "dramatiq.actor" else "celery.Task", name),)
        return UNKNOWN
