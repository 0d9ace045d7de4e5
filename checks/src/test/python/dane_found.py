"""What the search of the `dane` package finds: DOCUMENT KEY. Tells the ids of the results."""

import sys

from dane.config import cfg
from dane.handlers import ESHandler

for result in ESHandler(cfg).searchResult(sys.argv[1], sys.argv[2]):
    print("found " + result._id)
