"""A chat template in Jinja, rendered in a sandbox within a budget (`template_budget.py`)."""

from __future__ import annotations

import datetime
import functools
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from fanlight.domain.errors import TemplateBroken
from fanlight.engine import template_budget
from fanlight.engine.template_budget import Budget, OverBudget
from fanlight.i18n import _, format_number

LONGEST = 262_144
_SHOWN = 200
_FOREIGN = (
    jinja2.TemplateError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, SyntaxError,
    AssertionError, RecursionError, MemoryError, OverBudget, NotImplementedError,
)  # fmt: skip


class JinjaTemplate:
    """The constructor compiles the template. Raises TemplateBroken."""

    def __init__(self, source: str, tokens: Mapping[str, str], budget: Budget | None = None) -> None:
        if len(source) > LONGEST:
            raise TemplateBroken(
                _("The model's chat template has {count} characters; at most {most} are possible.").format(
                    count=format_number(len(source)), most=format_number(LONGEST)
                )
            )
        self._tokens = dict(tokens)
        self._environment = _Environment()
        with _translated(), self._environment.spending(budget or Budget()):
            tree = self._environment.parse(source)
            self._template = self._environment.from_string(_Counted(self._environment.charge_name).visit(tree))

    def render(self, messages: list[dict[str, Any]], budget: Budget, variables: Mapping[str, Any]) -> str:
        """The prompt. Raises TemplateBroken, RenderingStopped."""
        with _translated(), self._environment.spending(budget):
            # `tools` and `documents` are none where none are given, as in transformers: templates compare them
            return self._template.render(
                {
                    **variables,
                    **self._tokens,
                    "messages": messages,
                    "add_generation_prompt": True,
                    "tools": None,
                    "documents": None,
                }
            )


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of Jinja and of the template as a sentence with the template's line."""
    try:
        yield
    except _FOREIGN as error:
        raise TemplateBroken(_sentence(error)) from error


def _sentence(error: BaseException) -> str:
    line = _line(error)
    where = _("The model's chat template cannot be used (line {line}).").format(line=line)
    if not line:
        where = _("The model's chat template cannot be used.")
    return f"{where} {_reason(error)}"


def _reason(error: BaseException) -> str:
    match error:
        case RecursionError():
            return _("It calls itself without end, or is nested too deeply.")
        case MemoryError() | OverflowError():
            return _("It makes something too large.")
        case OverBudget(args=("time",)):
            return _("It takes too long.")
        case OverBudget():
            return _("It makes something too large.")
        case _:
            said = " ".join(str(error).split())[:_SHOWN].rstrip(".") or type(error).__name__
            return _("It says: {reason}.").format(reason=said)


def _line(error: BaseException) -> int:
    """The line of the template, 0 where it is not known: Jinja writes it into the traceback."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.lineno
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class _Environment(ImmutableSandboxedEnvironment):
    """Counts calls and weighs what they make, for as long as it is `spending`."""

    intercepted_binops = frozenset(("+", "*", "**", "%"))

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.loopcontrols", _Generation],
            finalize=self._finalize,
            cache_size=0,
        )
        self._budget = Budget()
        self.charge_name = f"charge_{secrets.token_hex(8)}"
        for name in ("lipsum", "cycler", "joiner"):
            self.globals.pop(name, None)
        for name in ("urlize", "pprint", "random"):
            self.filters.pop(name, None)
        self.filters["tojson"] = _to_json
        self.filters["from_json"] = json.loads
        for name, function in list(self.filters.items()):
            self.filters[name] = self._bounded(name, function)
        self._charge_function = self.globals[self.charge_name] = self._charge
        self.globals["raise_exception"] = _raise_exception
        self.globals["strftime_now"] = lambda form: datetime.datetime.now().astimezone().strftime(form)

    @contextmanager
    def spending(self, budget: Budget) -> Iterator[None]:
        self._budget = budget
        try:
            yield
        finally:
            self._budget = Budget()

    def _charge(self, value: Any, cost: int = 1) -> Any:
        """Called by what `_Counted` adds to the template; returns `value`."""
        self._budget.step(cost)
        self._budget.weigh(value)
        return value

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  Jinja's own
        budget = __self._budget
        if __obj is __self._charge_function:
            return __obj(*args)
        budget.step()
        bound = getattr(__obj, "__wrapped__", __obj)
        owner = getattr(bound, "__self__", None)
        if isinstance(owner, str | bytes | int | list | tuple | dict):
            template_budget.estimate_method(budget, owner, getattr(bound, "__name__", ""), [*args, *kwargs.values()])
        else:
            for value in (*args, *kwargs.values()):
                budget.weigh(value)
        result = super().call(__context, __obj, *args, **kwargs)
        budget.weigh(result)
        return result

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        self._budget.step()
        template_budget.estimate_operation(self._budget, operator, left, right)
        return super().call_binop(context, operator, left, right)

    def _finalize(self, value: Any) -> Any:
        weight = self._budget.weigh(value)
        self._budget.spend_output(weight)
        return value

    def _bounded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        first = 0 if getattr(function, "jinja_pass_arg", None) is None else 1

        @functools.wraps(function)
        def apply(*args: Any, **kwargs: Any) -> Any:
            self._budget.step()
            value, *given = args[first:] or (None,)
            if isinstance(value, Iterator):  # what another filter makes one after the other
                value = self._budget.collect(value)
                args = (*args[:first], value, *given)
            template_budget.estimate_filter(self._budget, name, value, [*given, *kwargs.values()])
            result = function(*args, **kwargs)
            self._budget.weigh(result)
            return result

        return apply


class _Counted(NodeTransformer):
    """Adds to every loop and macro a call that counts it, with the text it writes; values that are assigned are
    weighed, and `a ~ b` becomes a filter."""

    def __init__(self, charge: str) -> None:
        self._charge = charge

    def visit_For(self, node: nodes.For) -> nodes.Node:
        node.iter = self._weighed(node.iter)
        return self._counted(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        return self._counted(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
        return self._counted(node)

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:
        node.node = self._weighed(node.node)
        self.generic_visit(node)
        return node

    def visit_With(self, node: nodes.With) -> nodes.Node:
        node.values = [self._weighed(value) for value in node.values]
        self.generic_visit(node)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        items = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(items, "join", [], [], None, None, lineno=node.lineno)

    def _counted(self, node: nodes.For | nodes.Macro | nodes.CallBlock) -> nodes.Node:
        text = sum(len(one.data) for one in node.find_all(nodes.TemplateData))
        self.generic_visit(node)
        count = nodes.ExprStmt(
            self._call(nodes.Const(None, lineno=node.lineno), 1 + text // 16, node.lineno), lineno=node.lineno
        )
        node.body = [count, *node.body]
        return node

    def _weighed(self, value: nodes.Node) -> nodes.Expr:
        return self._call(value, 1, value.lineno)

    def _call(self, value: nodes.Node, cost: int, line: int) -> nodes.Call:
        name = nodes.Name(self._charge, "load", lineno=line)
        return nodes.Call(name, [value, nodes.Const(cost, lineno=line)], [], None, None, lineno=line)


class _Generation(Extension):
    """`{% generation %}` marks the assistant's words for training; what is inside is rendered as it is."""

    tags = {"generation"}  # noqa: RUF012  Jinja's own

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _raise_exception(reason: str) -> None:
    raise jinja2.TemplateError(str(reason))


def _to_json(value: Any, indent: int | None = None, ensure_ascii: bool = False, **others: Any) -> str:
    known = {name: others[name] for name in ("sort_keys", "separators") if name in others}
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **known)
