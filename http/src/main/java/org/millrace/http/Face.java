package org.millrace.http;

import java.util.List;
import java.util.Optional;
import org.millrace.http.signin.SignIn;

/**
 * One language that the server speaks: its paths, its own rules of politeness, and the form of its
 * errors. Asked once, when the server is made.
 */
public interface Face {

  /** As configuration names it: {@code tes}. */
  String name();

  /**
   * Its paths. Where several faces on a listener have the same path, the first listed wins; a path
   * that none of them has is refused in the form of the face with the longest base path around it,
   * the first listed among equals.
   */
  List<Routes> routes();

  default FaceRules rules() {
    return FaceRules.STANDARD;
  }

  /** How refusals and failures look, also those that come before routing. */
  default ErrorForm errors() {
    return ErrorForm.PROBLEM_JSON;
  }

  /** Its own way to sign in; empty: the server's. */
  default Optional<SignIn> signIn() {
    return Optional.empty();
  }
}
