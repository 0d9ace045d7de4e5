"""What a user of py-tes does with a server, each step with what it must see."""
import sys
import time

import tes

client = tes.HTTPClient(sys.argv[1], timeout=60)

info = client.get_service_info()
assert info.name, info

task = tes.Task(
    name="py-tes session",
    tags={"client": "py-tes"},
    inputs=[tes.Input(path="/data/words", content="one two three\n")],
    resources=tes.Resources(cpu_cores=1, ram_gb=0.5),
    executors=[
        tes.Executor(
            image="debian",
            command=["sh", "-c", "wc -w; echo to stderr >&2"],
            stdin="/data/words",
            workdir="/data",
            env={"LANG": "C"},
        )
    ],
)
task_id = client.create_task(task)
ended = client.wait(task_id, timeout=120)
assert ended.state == "COMPLETE", ended

minimal = client.get_task(task_id, view="MINIMAL")
assert minimal.id == task_id and minimal.state == "COMPLETE" and not minimal.executors, minimal
basic = client.get_task(task_id, view="BASIC")
assert basic.executors[0].command == task.executors[0].command, basic
assert basic.logs[0].logs[0].exit_code == 0 and basic.logs[0].logs[0].stdout is None, basic
assert basic.inputs[0].content is None, basic
full = client.get_task(task_id, view="FULL")
assert full.logs[0].logs[0].stdout.strip() == "3", full
assert full.logs[0].logs[0].stderr == "to stderr\n", full
assert full.inputs[0].content == "one two three\n", full

seen, token = [], None
others = [client.create_task(tes.Task(executors=[tes.Executor(image="debian", command=["true"])])) for _ in range(5)]
while True:
    page = client.list_tasks(view="MINIMAL", page_size=2, page_token=token)
    seen += [each.id for each in page.tasks]
    token = page.next_page_token
    if not token:
        break
assert sorted(seen) == sorted([task_id] + others), (seen, others)

sleeper = client.create_task(tes.Task(executors=[tes.Executor(image="debian", command=["sleep", "300"])]))
while client.get_task(sleeper, view="MINIMAL").state in ("QUEUED", "INITIALIZING"):
    time.sleep(0.1)
client.cancel_task(sleeper)
cancelled = client.wait(sleeper, timeout=120)
assert cancelled.state == "CANCELED", cancelled

try:
    client.get_task("nothing-of-that-name")
    raise AssertionError("a task that is not there was found")
except Exception as refused:
    assert "404" in str(refused), refused

print("py-tes is content")
