package org.millrace.dane.elasticsearch;

/** What became of an object that somebody wanted to create. */
sealed interface Written {

  /** It is there, under this id. */
  record Created(String id) implements Written {}

  /**
   * It is not.
   *
   * @param id as sent; empty if none was
   */
  record Failed(String id, EsError error) implements Written {}
}
