# An FTP server for tests whose anonymous user may write, in the top folder too, where TESP's tests upload to: vsftpd
# refuses that. The base has Python 3, and pyftpdlib or pip.
ARG BASE=python:3.11-slim
FROM ${BASE}
RUN python3 -c "import pyftpdlib" 2>/dev/null || pip install --no-cache-dir pyftpdlib==2.2.0
