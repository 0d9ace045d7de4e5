/**
 * The HTTP server that all faces share.
 *
 * <p>A {@link org.millrace.http.Face} brings its paths ({@link org.millrace.http.Routes}), its
 * rules ({@link org.millrace.http.FaceRules}) and the form of its errors ({@link
 * org.millrace.http.ErrorForm}). A request goes one way:
 *
 * <pre>
 *   Jetty -> Edge -> Turn: route -> sign in -> open the body -> Handler -> Answer -> AnswerWriter
 *                      |                                          |
 *                      '------- Refusal, RefusedByHttp, defect ---'--> Problem -> ErrorForm -> AnswerWriter
 * </pre>
 *
 * <p>Invariants: a request is answered once, or its connection is closed; nothing of the body is
 * read before the caller is known; an answer that broke off never looks whole; what a handler sees
 * of a body is within the face's limit, before and after decoding. An unknown path is 404 before
 * anybody is asked to sign in, since clients try paths in turn ({@code contracts/tes.md 1}).
 */
@NullMarked
package org.millrace.http;

import org.jspecify.annotations.NullMarked;
