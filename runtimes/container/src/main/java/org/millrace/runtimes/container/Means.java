package org.millrace.runtimes.container;

/**
 * What executors are brought to their end with.
 *
 * @param server this run of this server, to tell its starts from those of an earlier one
 */
record Means(
    DockerEngine engine,
    ContainerSettings settings,
    Labels labels,
    EngineTraits traits,
    Cargo cargo,
    OpenStreams streams,
    String server) {}
