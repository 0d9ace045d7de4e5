package org.millrace.tes;

/** {@code tesState}: the words of TES 1.1. */
enum TesState {
  UNKNOWN,
  QUEUED,
  INITIALIZING,
  RUNNING,
  PAUSED,
  COMPLETE,
  EXECUTOR_ERROR,
  SYSTEM_ERROR,
  CANCELED,
  CANCELING,
  PREEMPTED
}
