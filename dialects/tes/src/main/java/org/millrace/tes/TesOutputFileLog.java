package org.millrace.tes;

/**
 * {@code tesOutputFileLog} on the wire.
 *
 * @param sizeBytes a 64-bit number as text, as the standard has it
 */
record TesOutputFileLog(String url, String path, String sizeBytes) {}
