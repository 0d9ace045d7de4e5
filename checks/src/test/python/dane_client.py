"""A client as dane-workflows is one: BASE_URL COUNT. Registers documents, assigns two tasks to each, and waits."""

import json
import sys
import time

import requests

from dane import Document, Task

base, count = sys.argv[1], int(sys.argv[2])
documents = [
    Document(
        {"id": "VID%05d" % i, "url": "http://media.example.org/%d.mp4" % i, "type": "Video"},
        {"id": "ACME", "type": "Organization"},
    )
    for i in range(count)
]

registered = []
for start in range(0, count, 200):
    # documents as JSON texts and no content type, as real clients send them
    batch = json.dumps([document.to_json() for document in documents[start : start + 200]])
    answer = requests.post(base + "/documents/", data=batch)
    assert answer.status_code == 200, answer.text
    assert answer.json()["failed"] == [], answer.json()["failed"][:1]
    registered += [Document(**each) for each in answer.json()["success"]]
assert len(registered) == count
ids = [document._id for document in registered]

# The second task first: workers say that it has to wait for the other one.
for key in ["LENGTH", "FILESIZE"]:
    for start in range(0, count, 200):
        task = {"key": key, "document_id": ids[start : start + 200], "language": "nl"}
        answer = requests.post(base + "/task/", data=json.dumps(task))
        assert answer.status_code == 200, answer.text
        known = [each for each in answer.json()["failed"] if "already assigned" not in each["error"]]
        assert known == [], known[:1]



def tasks_of(document):
    """The tasks of a document; the server may be away for a while."""
    while True:
        try:
            return requests.get(base + "/document//" + document + "/tasks").json()
        except requests.exceptions.ConnectionError:
            assert time.monotonic() < deadline, "the server does not come back"
            time.sleep(0.5)


print("assigned", flush=True)
deadline = time.monotonic() + float(sys.argv[3])
left = list(ids)
while left:
    assert time.monotonic() < deadline, "not done in time: %d documents, first %s: %s" % (
        len(left),
        left[0],
        tasks_of(left[0]),
    )
    still = []
    for position, each in enumerate(left):
        done = {Task.from_json(task).key: int(task["state"]) for task in tasks_of(each)}
        if done != {"LENGTH": 200, "FILESIZE": 200}:
            still = left[position:]
            time.sleep(0.5)
            break
    left = still
print("done", flush=True)
