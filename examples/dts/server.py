"""Files to stage from and to, as TESP's tests have them on port 5000: POST /upload takes a form with one part named
"file"; GET /test_data/PATH and /download/PATH give a file or a page of links, /list what was uploaded. For tests: no
sign-in."""

import html
import json
import pathlib
import re
import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_BYTES = 1 << 30
HERE = pathlib.Path(__file__).resolve().parent
UPLOADS = pathlib.Path("/uploads")


class Files(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        if path == "/list":
            names = [str(f.relative_to(UPLOADS)) for f in sorted(UPLOADS.rglob("*")) if f.is_file()]
            return self.answer(200, "application/json", json.dumps(names).encode())
        if path.startswith("/test_data/"):
            return self.file(HERE, path, HERE / path[1:])
        if path.startswith("/download/"):
            return self.file(UPLOADS, path, UPLOADS / path[len("/download/"):])
        return self.answer(404, "text/plain", b"not found\n")

    def file(self, root, path, found):
        found = found.resolve()
        if root not in [found, *found.parents] or not found.exists():
            return self.answer(404, "text/plain", b"not found\n")
        if found.is_file():
            return self.answer(200, "application/octet-stream", found.read_bytes())
        names = [f.name + ("/" if f.is_dir() else "") for f in sorted(found.iterdir())]
        links = [f'<li><a href="{html.escape(urllib.parse.quote(path.rstrip("/") + "/" + n))}">{html.escape(n)}</a>' for n in names]
        return self.answer(200, "text/html", ("<ul>" + "".join(links) + "</ul>").encode())

    def do_POST(self):
        folder = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        if folder != "/upload" and not folder.startswith("/upload/"):
            return self.answer(404, "text/plain", b"not found\n")
        body = self.body()
        boundary = re.search(r'boundary="?([^";]+)', self.headers.get("Content-Type", ""))
        head, _, rest = body.partition(b"\r\n\r\n")
        name = re.search(rb'filename="([^"]+)"', head)
        if boundary is None or name is None or b'name="file"' not in head:
            return self.answer(400, "application/json", b'{"error": "a form with one part named file"}')
        content = rest[: rest.rindex(b"\r\n--" + boundary[1].encode())]
        target = (UPLOADS / folder[len("/upload/"):] / name[1].decode().lstrip("/")).resolve()
        if UPLOADS not in target.parents:
            return self.answer(400, "application/json", b'{"error": "a name outside of the folder"}')
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return self.answer(200, "application/json", json.dumps({"saved": str(target.relative_to(UPLOADS))}).encode())

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(min(int(self.headers.get("Content-Length", "0")), MOST_BYTES))
        body = b""
        while (size := int(self.rfile.readline().split(b";")[0], 16)) > 0 and len(body) < MOST_BYTES:
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", int(sys.argv[1])), Files).serve_forever()
