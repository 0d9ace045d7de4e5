package org.millrace.testkit;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs a {@link Seeded} test with every seed. */
final class Seeds implements TestTemplateInvocationContextProvider {
  private static final int USUAL = 200;

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context.getRequiredTestMethod().isAnnotationPresent(Seeded.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    int oneIn = context.getRequiredTestMethod().getAnnotation(Seeded.class).oneIn();
    return seeds(Long.getLong("millrace.seed"), Integer.getInteger("millrace.seeds", USUAL), oneIn)
        .mapToObj(Run::new);
  }

  private static LongStream seeds(@Nullable Long only, int number, int oneIn) {
    return only == null
        ? LongStream.rangeClosed(1, Math.max(1, number / oneIn))
        : LongStream.of(only);
  }

  /** One run of a test. */
  private record Run(long seed) implements TestTemplateInvocationContext, ParameterResolver {

    @Override
    public String getDisplayName(int invocationIndex) {
      return "seed " + seed;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == long.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return seed;
    }
  }
}
