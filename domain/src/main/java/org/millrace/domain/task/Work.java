package org.millrace.domain.task;

/** What is to be done. A runtime declares which kinds it runs; later kinds join this set. */
public sealed interface Work permits ContainerWork, StepsWork, InProcessWork, WorkerWork {}
