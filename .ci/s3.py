"""Stands in for MinIO where no image can be pulled: moto on port 9000 with the one account that MinIO's variables name. Unlike
moto's own command it refuses other accounts and false signatures. The words of MinIO's command line mean nothing to it."""

import os

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"  # read when moto is imported: even the first request must be signed

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.serving import run_simple

user = iam_backends[DEFAULT_ACCOUNT_ID]["aws"].create_user("us-east-1", "root")
user.put_policy("all", '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}')
key = user.create_access_key("AKIA")
key.access_key_id, key.secret_access_key = os.environ["MINIO_ROOT_USER"], os.environ["MINIO_ROOT_PASSWORD"]
run_simple("0.0.0.0", 9000, create_backend_app("s3"), threaded=True)
