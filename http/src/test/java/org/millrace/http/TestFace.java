package org.millrace.http;

import java.util.List;
import java.util.Optional;
import org.millrace.http.signin.SignIn;

/** A face made in a test. */
record TestFace(
    String name, List<Routes> routes, FaceRules rules, ErrorForm errors, Optional<SignIn> signIn)
    implements Face {

  static TestFace of(String name, Routes... routes) {
    return new TestFace(
        name, List.of(routes), FaceRules.STANDARD, ErrorForm.PROBLEM_JSON, Optional.empty());
  }

  TestFace with(FaceRules other) {
    return new TestFace(name, routes, other, errors, signIn);
  }

  TestFace with(ErrorForm other) {
    return new TestFace(name, routes, rules, other, signIn);
  }

  TestFace with(SignIn other) {
    return new TestFace(name, routes, rules, errors, Optional.of(other));
  }
}
