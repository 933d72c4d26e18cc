"""The errors with which the server refuses what the real server refuses.

Codes and texts are those of errors that users of the real server have published. For
three refusals there was none to be found, and the codes follow the others: an unknown
``previous_item_id``, the output of an unknown call, and a frame that is not JSON.
"""

from attrs import frozen

__all__ = ["RefusalError", "already_exists", "no_such_item"]


@frozen(kw_only=True)
class RefusalError(Exception):
    """A refusal: raised while a client's event is handled, sent as an `ErrorEvent`."""

    message: str
    code: str | None = None
    param: str | None = None
    type: str = "invalid_request_error"


def no_such_item(verb: str, item_id: str, param: str = "item_id") -> RefusalError:
    """Build the refusal to *verb* an item that the conversation does not have."""
    gerund = {"retrieve": "retrieving", "delete": "deleting", "truncate": "truncating"}
    return RefusalError(
        message=f"Error {gerund.get(verb, 'adding')} item: "
        f"the item with id '{item_id}' does not exist.",
        code=f"item_{verb}_invalid_item_id",
        param=param,
    )


def already_exists(item_id: str) -> RefusalError:
    """Build the refusal of a second item with the same id."""
    return RefusalError(
        message=f"Error adding item: an item with id '{item_id}' already exists.",
        code="item_create_duplicate_item_id",
        param="item.id",
    )
