# Copies the test data to where uploads go too, and serves both on port 2121. PASSIVE_PORTS: FIRST-LAST.
set -eu
mkdir -p /srv/ftp
cp -R "$(dirname "$0")/test_data/." /srv/ftp
exec python3 -m pyftpdlib --port=2121 --range="$PASSIVE_PORTS" --directory=/srv/ftp --write --max-cons=50
