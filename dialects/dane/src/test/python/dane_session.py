"""What DANE's library asks of Elasticsearch, as a client and as a worker, each step with what it must see.

Arguments: port, user, password. Lines `begin TASK` and `answer TASK JSON` on standard output ask whoever started this
to hand the task to a worker, and to let its answer arrive; a line on standard input says that it is done.
"""
import json
import sys

from dane import Document, Result, Task
from dane.base_classes import base_worker
from dane.config import cfg
from dane.errors import DocumentExistsError, ResultExistsError, TaskAssignedError, TaskExistsError
from dane.handlers import ESHandler
from elasticsearch7 import exceptions

config = cfg.clone()
config.defrost()
config.ELASTICSEARCH.HOST = ["127.0.0.1"]
config.ELASTICSEARCH.PORT = int(sys.argv[1])
config.ELASTICSEARCH.USER = sys.argv[2]
config.ELASTICSEARCH.PASSWORD = sys.argv[3]
config.ELASTICSEARCH.MAX_RETRIES = 0
config.freeze()


def raises(expected, call):
    try:
        call()
    except expected as raised:
        return raised
    raise AssertionError(f"nothing like {expected} was raised")


def ask(*words):
    print(*words, flush=True)
    assert sys.stdin.readline() == "done\n"


def answer(task_id, state, message):
    ask("answer", task_id, json.dumps({"state": state, "message": message}))


def a_document(target):
    return Document(
        {"id": target, "url": f"http://media.example.org/{target} b.mp4", "type": "Video"},
        {"id": "ACME", "type": "Organization"},
    )


# Who may, and what it is.
wrong = config.clone()
wrong.defrost()
wrong.ELASTICSEARCH.PASSWORD = "another one"
wrong.freeze()
raises(ConnectionError, lambda: ESHandler(wrong))
handler = ESHandler(config)
assert handler.es.info()["version"]["number"] == "7.17.9"

# Documents.
one = a_document("VID0001").set_api(handler)
one.register()
assert one._id == "b572a62b2f591d52e6e72c30a13dbddc21839485", one._id
raises(DocumentExistsError, lambda: handler.registerDocument(a_document("VID0001")))
done, failed = handler.registerDocuments([a_document("VID0002"), a_document("VID0001"), a_document("VID0003")])
assert [document.target["id"] for document in done] == ["VID0002", "VID0003"], done
assert len(failed) == 1 and "already exists" in failed[0]["error"], failed
two, three = done
found = handler.documentFromDocumentId(one._id)
assert found.target["url"] == "http://media.example.org/VID0001%20b.mp4", found
raises(DocumentExistsError, lambda: handler.documentFromDocumentId("nope"))
hits, total = handler.search("VID*", "AC?E")
assert total == 3 and [hit["target"]["id"] for hit in hits] == ["VID0001", "VID0002", "VID0003"], hits
assert handler.search("VID0002", "*")[1] == 1
assert handler.search("nothing*", "*") == ([], 0)
assert len(handler.get_docs_of_creator("ACME", [])) == 3
assert handler.get_docs_of_creator("ACM", []) == []

# Tasks: whoever assigns one finds it queued, without a queue of its own.
task = Task("DOWNLOAD", priority=4, api=handler, lang="nl").assign(one._id)
assert task._id and handler.getTaskState(task._id) == 102
assert handler.getTaskKey(task._id) == "DOWNLOAD"
raises(TaskAssignedError, lambda: Task("download", api=handler).assign(one._id))
raises(exceptions.NotFoundError, lambda: Task("DOWNLOAD", api=handler).assign("nope"))
many, failed = Task("DOWNLOAD", api=handler).assignMany([one._id, two._id, "nope"])
assert [each._id for each in many] and len(many) == 1, many
assert sorted(f["document_id"] for f in failed) == sorted([one._id, "nope"]), failed
assert "already assigned" in str(failed) and "[404] 'No document with id `nope` found'" in str(failed), failed
seen = handler.taskFromTaskId(task._id)
assert (seen.priority, seen.args, seen.msg) == (4, {"lang": "nl"}, "Queued"), seen
raises(TaskExistsError, lambda: handler.taskFromTaskId("nope"))
assert handler.documentFromTaskId(task._id)._id == one._id
assert [each["_id"] for each in one.getAssignedTasks()] == [task._id]
assert one.getAssignedTasks("OTHER") == []
for number in range(12):
    Task(f"KEY{number}", api=handler).assign(three._id)
assert len(three.set_api(handler).getAssignedTasks()) == 12
assert len(handler.getUnfinished()) == 14
assert handler.getUnfinished(only_runnable=True) == []

# What is written of a state is not obeyed.
handler.updateTaskState(task._id, 200, "Success")
assert handler.getTaskState(task._id) == 102
assert not handler.isDone(task._id)
raises(exceptions.NotFoundError, lambda: handler.updateTaskState("nope", 200, "Success"))


class Worker(base_worker):
    """A worker whose broker is this object."""

    def __init__(self):
        super().__init__("asr_queue", "#.ASR", config, depends_on=["DOWNLOAD"], auto_connect=False)
        self.connection = self
        self.replies = []

    def add_callback_threadsafe(self, call):
        call()

    def basic_publish(self, exchange, routing_key, properties, body):
        self.replies.append(json.loads(body))

    def basic_ack(self, delivery_tag):
        pass

    def callback(self, task, document):
        [download] = self.handler.searchResult(document._id, "DOWNLOAD")
        result = Result(
            {"id": "abc123", "type": "Software", "name": "asr", "homepage": "http://example.org/asr"},
            payload={"length": download.payload["length"] * 2, "naam": "café", "deep": [{"a": None}], "big": 2**70},
            api=self.handler,
        )
        result.save(task._id)
        return {"state": 200, "message": "Success", "result": result._id}

    def take(self, task, document):
        class Message:
            delivery_tag = 1
            reply_to = "here"
            correlation_id = task._id + ".1"

        body = {"task": json.loads(task.to_json()), "document": json.loads(document.to_json())}
        self._inspect_then_run_task(self, Message, Message, json.dumps(body))
        if hasattr(self, "thread"):
            self.thread.join(30)
        return self.replies.pop()


# A worker that waits for another one, and then reads what that has left.
worker = Worker()
asr = Task("ASR", api=handler).assign(one._id)
message = handler.taskFromTaskId(asr._id)
reply = worker.take(message, found)
assert reply["state"] == 412 and reply["dependencies"] == [], reply
raises(ResultExistsError, lambda: handler.searchResult(one._id, "DOWNLOAD"))
raises(TaskAssignedError, lambda: handler.searchResult(one._id, "OTHER"))
saved = Result(
    {"id": "r1", "type": "Software", "name": "download", "homepage": "http://example.org/d"},
    payload={"length": 21},
    api=handler,
)
ask("begin", task._id)
saved.save(task._id)
assert len(saved._id) == 20
answer(task._id, 200, "Success")
assert handler.isDone(task._id) and handler.getTaskState(task._id) == 200
ask("begin", asr._id)
reply = worker.take(message, found)
assert reply["state"] == 200, reply
of_asr = handler.resultFromResultId(reply["result"])
assert of_asr.payload == {"length": 42, "naam": "café", "deep": [{"a": None}], "big": 2**70}, of_asr.payload
assert of_asr.generator["name"] == "ASR"
again = Result(of_asr.generator, of_asr.payload, api=handler)
again.save(asr._id)
assert again._id == reply["result"], "the same words of the same attempt are one result"
assert len(handler.searchResult(one._id, "ASR")) == 1
raises(ResultExistsError, lambda: handler.resultFromResultId("nope"))
raises(exceptions.NotFoundError, lambda: Result(of_asr.generator, {}, api=handler).save("0" * 40))

# What dane-workflows asks.
downloads = handler.get_tasks_of_creator("ACME", "DOWNLOAD", [])
assert sorted(each._id for each in downloads) == sorted([task._id, many[0]._id]), downloads
[result] = handler.get_results_of_creator("ACME", "DOWNLOAD", [])
assert result._id == saved._id

# The worker's own retries come to nothing: the server decides.
handler.run(asr._id)
handler.retry(asr._id)

# A mass reset, as the server of the originals writes it.
answer(many[0]._id, 500, "it broke")
reset = {
    "query": {"bool": {"must": [{"match": {"task.key": "DOWNLOAD"}}, {"match": {"task.state": 500}}]}},
    "script": {"source": "ctx._source['task']['state'] = 205; ctx._source['task']['msg'] = 'Manual reset';"},
}
assert handler.es.update_by_query(index="dane-index", body=reset, refresh=True)["total"] == 1
assert handler.getTaskState(many[0]._id) == 205

# Deletes.
assert saved.delete() is True and saved.delete() is False
assert handler.deleteTask(asr) is True and handler.deleteTask(asr) is False
raises(ResultExistsError, lambda: handler.resultFromResultId(reply["result"]))
assert three.delete() is True and three.delete() is False
assert len(handler.getUnfinished()) == 1
assert handler.search("*", "*")[1] == 2

# What is not DANE's is refused, and says so.
refused = raises(exceptions.RequestError, lambda: handler.es.search(index="dane-index", body={"query": {"match_all": {}}}))
assert "Millrace" in str(refused) and "query.match_all" in str(refused), refused
raises(exceptions.NotFoundError, lambda: handler.es.search(index="another", body={"query": {"match_all": {}}}))
print("dane is content")
