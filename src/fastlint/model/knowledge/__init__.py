"""What is known of Python libraries: which calls block, what leaves the event loop, what types calls give.

The questions, each in its module (import it from there, so that nothing is loaded that isn't asked for):

`blocking`:
    `Blocking.load(extra, safe, cheap=…)`, then `.call(qualified, arguments)`, `.method(type, path, arguments, origin)`,
    `.enter(type)`, `.exit(type)`, `.iterates(type)`, `.iterates_result_of(qualified_or_type, method)`,
    `.attribute(type, name)`, `.calls_instance(type)`, each of which gives a `verdict.BlockingCall` or None;
    `heavy_constructor(qualified)`.
`conditions`:
    `arguments_of(call_record, resolve)`: the arguments that `Blocking` asks about; `NO_ARGUMENTS`.
`offload`:
    `escape(qualified)`, `escape_method(type, method)`, `spawn(…)`, `spawn_method(…)`, `cache(decorator)`,
    `retry(decorator)`.
`libraries`:
    `canonical(name)`; `returns(qualified, argument_types)` and `method_returns(type, method, argument_types)` give a
    `ReturnType` or None; `is_coroutine(type, method)` and `is_coroutine_function(qualified)` a bool or None;
    `bases(name)`, `is_subclass(name, base)`, `is_class(name)`; `entered(type, is_async=…)`, `iterated(type,
    is_async=…)`, `awaited(type)`, `attribute(type, name)` and `subscripted(type)` a type or None.

Types are strings with qualified names (`list[httpx.Response]`); a class object as an argument is `type[app.User]`. No
answer reads a name's text: everything goes by qualified names and types.

The data are TOML files beside this module, compiled into `knowledge.msgpack` by `python -m
fastlint.model.knowledge.compile`. The compiled file holds one part for each first name (`sqlalchemy`, `time`), decoded
when a name of it is first asked for.
"""
