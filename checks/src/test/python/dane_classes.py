"""A client that has the classes of the `dane` package alone, with its handler: the API is not asked for anything.

Workers of the kinds filesize and length are to run meanwhile.
"""

import time

from dane import Document, Task
from dane.config import cfg
from dane.errors import DocumentExistsError, TaskAssignedError
from dane.handlers import ESHandler

handler = ESHandler(cfg)


def a_document():
    return Document(
        {"id": "LIB0001", "url": "http://media.example.org/a b.mp4", "type": "Video"},
        {"id": "LIBRARY", "type": "Organization"},
        api=handler,
    )


def raises(expected, call):
    try:
        call()
    except expected:
        return
    raise AssertionError("%s was not raised" % expected)


def done(task):
    deadline = time.monotonic() + 120
    while not task.refresh().isDone():
        assert task.state == 102 and time.monotonic() < deadline, (task.state, task.msg)
        time.sleep(0.2)
    return task


document = a_document().register()
assert document._id == "9955fc32118ec0003b0b4fed1e4340d99086a216", document._id
raises(DocumentExistsError, a_document().register)
assert document.getAssignedTasks() == []

filesize = Task("FILESIZE", priority=4, api=handler, language="nl").assign(document._id)
raises(TaskAssignedError, lambda: Task("filesize", api=handler).assign(document._id))
assert done(filesize).msg == "Success", filesize.msg
[size] = handler.searchResult(document._id, "FILESIZE")
assert size.payload == {"size": len("http://media.example.org/a%20b.mp4"), "of": document._id}, size.payload
assert handler.resultFromResultId(size._id).payload == size.payload

# Only now: `assign` would queue it by itself, and has no queue, if a worker had put it off by then.
length = done(Task("LENGTH", api=handler).assign(document._id))
[found] = handler.searchResult(document._id, "LENGTH")
assert found.payload == {"length": size.payload["size"]}, found.payload

tasks = document.getAssignedTasks()
assert {task["key"]: task["state"] for task in tasks} == {"FILESIZE": 200, "LENGTH": 200}, tasks
assert [task["_id"] for task in document.getAssignedTasks("LENGTH")] == [length._id]
seen = handler.taskFromTaskId(filesize._id)
assert (seen.key, seen.priority, seen.args) == ("FILESIZE", 4, {"language": "nl"}), seen
assert handler.documentFromTaskId(length._id)._id == document._id
