package org.millrace.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is run once for each seed, which it takes as a parameter of type {@code long}. The
 * seed is the name of the run, so that a report tells which one failed; {@code -Dmillrace.seed=17}
 * runs that one alone. How many there are says {@code -Dmillrace.seeds}, 200 if nothing does; they
 * are 1, 2, 3 and so on, the same every time.
 */
@TestTemplate
@ExtendWith(Seeds.class)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Seeded {

  /** One in so many of the seeds, at least one in all: for tests that take their time. */
  int oneIn() default 1;
}
