/**
 * The one place that turns a request into a caller. A bearer sign-in would be one more {@link
 * org.millrace.http.signin.SignIn} and nothing else.
 */
@NullMarked
package org.millrace.http.signin;

import org.jspecify.annotations.NullMarked;
