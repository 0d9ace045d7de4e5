# The server in an image. Build the distribution first, then the image:
#
#   ./millrace --version && docker build -t millrace .
#
# RUN_BASE is any image with a Java 25 runtime in its PATH and a shell. What runs in it: docs/containers.md.
ARG RUN_BASE=eclipse-temurin:25-jre
FROM ${RUN_BASE}

COPY server/target/dist/lib /opt/millrace/lib

# Nobody of the host. A volume that is new takes over the owner of this folder.
RUN mkdir -p /var/lib/millrace && chown 10001:10001 /var/lib/millrace && chmod 711 /var/lib/millrace
USER 10001:10001

# All state in one folder. Listening on all addresses is refused until there are users, or it is told that
# nobody signs in (MILLRACE_SECURITY__ANONYMOUS=true), which compose.yaml does for a port on loopback.
ENV MILLRACE_HOME=/etc/millrace \
    MILLRACE_DATA=/var/lib/millrace \
    MILLRACE_HTTP__HOST=0.0.0.0 \
    MILLRACE_HTTP__PORT=8080 \
    LC_ALL=C.UTF-8
VOLUME /var/lib/millrace
EXPOSE 8080

ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:MaxRAMPercentage=60", \
            "--enable-native-access=ALL-UNNAMED", "-cp", "/opt/millrace/lib/*", \
            "org.millrace.server.Main"]
CMD ["serve"]
