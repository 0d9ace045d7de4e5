"""A worker of the `dane` package, unmodified.

KIND is filesize, mortal (a filesize that dies of its first task), length (after filesize) or moody (refuses until there
is a file "willing").
"""

import json
import os
import sys

from dane import Result
from dane.base_classes import base_worker
from dane.config import cfg
from dane.errors import RefuseJobException

GENERATOR = {"id": "1", "name": "PROOF", "type": "Software", "homepage": "https://example.org/proof"}


class Filesize(base_worker):
    KEY = "FILESIZE"
    DEPENDS_ON = []

    def __init__(self):
        super().__init__(self.KEY.lower() + "_queue", "#." + self.KEY, cfg, depends_on=self.DEPENDS_ON)

    def callback(self, task, document):
        size = len(document.target["url"])
        result = Result(GENERATOR, payload={"size": size, "of": document._id}, api=self.handler)
        result.save(task._id)
        print("saved " + result._id, flush=True)
        return {"state": 200, "message": "Success", "size": size}


class Mortal(Filesize):
    def callback(self, task, document):
        super().callback(task, document)
        os._exit(3)  # the whole process, between saving and answering


class Length(Filesize):
    KEY = "LENGTH"
    DEPENDS_ON = ["FILESIZE"]

    def callback(self, task, document):
        found = self.handler.searchResult(document._id, "FILESIZE")
        sizes = {result.payload["size"] for result in found}
        if sizes != {len(document.target["url"])}:
            return {"state": 500, "message": "found " + repr(sizes)}
        Result(GENERATOR, payload={"length": sizes.pop()}, api=self.handler).save(task._id)
        # as the documentation teaches it: a text, which newer releases of the package encode twice
        return json.dumps({"state": 200, "message": "Success"})


class Moody(Filesize):
    KEY = "MOODY"

    def callback(self, task, document):
        if not os.path.exists("willing"):
            raise RefuseJobException()
        return {"state": 200, "message": "In a better mood"}


if __name__ == "__main__":
    worker = {"filesize": Filesize, "mortal": Mortal, "length": Length, "moody": Moody}[sys.argv[1]]()
    print("ready", flush=True)
    worker.run()
