# Usage: fill-buckets.sh URL, with ACCOUNT=KEY:SECRET. Waits for the S3 server there, makes bucket tests-data with the files of
# test_data in it, and an empty bucket test, which the output tasks of TESP's tests write to. Harmless when repeated.
set -eu
server=$1
cd "$(dirname "$0")/test_data"

s3() { # the header, because older curls leave it out of what they sign
  curl -sSf -o /dev/null --aws-sigv4 aws:amz:us-east-1:s3 --user "$ACCOUNT" -H "x-amz-content-sha256: UNSIGNED-PAYLOAD" "$@"
}
make() { # BUCKET
  for _ in $(seq 60); do
    s3 --head "$server/$1" 2>/dev/null && return # a second PUT of a bucket is a conflict with some servers
    why=$(s3 -X PUT "$server/$1" 2>&1) && return
    sleep 1
  done
  echo "bucket $1 cannot be made at $server: $why" >&2
  exit 1
}

make tests-data
make test
find . -type f | while read -r file; do s3 -T "$file" "$server/tests-data/${file#./}"; done
echo "tests-data is filled, test is there"
