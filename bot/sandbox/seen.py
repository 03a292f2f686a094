"""What a person looks at: messages, modals and Home as the driver shows them to tests."""

from __future__ import annotations

from bot.sandbox.inputs import elements, values
from bot.sandbox.readable import readable, readable_view
from bot.sandbox.records import Json
from bot.sandbox.records import Message as Record
from bot.sandbox.workspace import Workspace


class Message:
    """A message in somebody's client. It shows the message as it stands now, edits included."""

    def __init__(self, workspace: Workspace, record: Record) -> None:
        self._workspace = workspace
        self._record = record

    def __repr__(self) -> str:
        return f"<Message {self.ts} {self.all_text[:60]!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.channel, self.ts) == (other.channel, other.ts)

    def __hash__(self) -> int:
        return hash((self.channel, self.ts))

    @property
    def ts(self) -> str:
        return self._record.ts

    @property
    def text(self) -> str:
        """The top-level text as stored, escaped."""
        return self._record.text

    @property
    def user(self) -> str:
        """The id of who wrote it."""
        return self._record.user

    @property
    def channel(self) -> str:
        """The id of the channel."""
        return self._record.channel

    @property
    def thread_ts(self) -> str | None:
        return self._record.thread_ts

    @property
    def blocks(self) -> list[Json]:
        return self._record.blocks or []

    @property
    def metadata(self) -> Json | None:
        return self._record.metadata

    @property
    def files(self) -> list[Json]:
        """The files that it brought."""
        return list(self._record.files or ())

    @property
    def edited(self) -> bool:
        return self._record.edited is not None

    @property
    def all_text(self) -> str:
        """All that a person reads in it: mentions as @handle, dates as their fallback, no entities."""
        return readable(self._record.text, self._record.blocks, self._workspace.names())

    @property
    def replies(self) -> list[Message]:
        """Its thread, oldest first."""
        found = self._workspace.replies(self.channel, self.ts)
        return [Message(self._workspace, record) for record in found]

    @property
    def buttons(self) -> list[str]:
        """The texts of its buttons and overflow entries."""
        return buttons(self.blocks)


class Modal:
    """A modal or Home as it stood when it was asked for."""

    def __init__(self, view: Json, names: dict[str, str], typed: Json) -> None:
        self.view = view
        self._names = names
        self._typed = typed

    def __repr__(self) -> str:
        return f"<Modal {self.title!r} {self.text[:200]!r}>"

    @property
    def id(self) -> str:
        return str(self.view["id"])

    @property
    def title(self) -> str:
        return str(self.view["title"]["text"])

    @property
    def callback_id(self) -> str:
        return str(self.view["callback_id"])

    @property
    def blocks(self) -> list[Json]:
        found: list[Json] = self.view["blocks"]
        return found

    @property
    def submit(self) -> str:
        """The text of the submit button, "" if there is none."""
        return str((self.view.get("submit") or {}).get("text", ""))

    @property
    def text(self) -> str:
        """Everything readable in it."""
        return readable_view(self.view, self._names)

    @property
    def buttons(self) -> list[str]:
        """The texts of its buttons and overflow entries."""
        return buttons(self.blocks)

    @property
    def values(self) -> Json:
        """What its inputs hold, in the shape of `state.values`."""
        return values(self.blocks, self._typed)


def buttons(blocks: list[Json]) -> list[str]:
    """The texts of all buttons and overflow entries of some blocks."""
    found: list[str] = []
    for _, element in elements(blocks):
        if element.get("type") == "button":
            found.append(str(element["text"]["text"]))
        elif element.get("type") == "overflow":
            found += [str(option["text"]["text"]) for option in element["options"]]
    return found
