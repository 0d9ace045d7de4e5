package org.millrace.http;

/** One method of one path template, base path included. */
record Route(String method, String template, Handler handler, Access access) {}
