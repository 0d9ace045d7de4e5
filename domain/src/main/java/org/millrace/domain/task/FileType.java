package org.millrace.domain.task;

/** What a declared path is. */
public enum FileType {
  FILE,
  DIRECTORY
}
