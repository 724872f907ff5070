package dev.shoal.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link World}, one for a class, in the one browser that all classes have, since it takes a second to
 * begin; skips them where there is none. After each test nothing may have gone wrong in a page, and of one that fails
 * there are pictures.
 */
final class Browsing implements ExecutionCondition, ParameterResolver, AfterTestExecutionCallback, AfterEachCallback {

    private static final Namespace HERE = Namespace.create(Browsing.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Chromium.program().isPresent()) {
            return ConditionEvaluationResult.enabled("There is a browser.");
        }
        // The report has the reason as well, which few people read.
        context.getRoot().getStore(HERE).computeIfAbsent(Chromium.NONE, text -> {
            System.err.println(text);
            return text;
        });
        return ConditionEvaluationResult.disabled(Chromium.NONE);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == World.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return ofClass(context).getStore(HERE).computeIfAbsent(World.class, type -> world(context), World.class);
    }

    private static World world(ExtensionContext context) {
        try {
            return new World(context.getRoot()
                    .getStore(HERE)
                    .computeIfAbsent(Chromium.class, type -> Chromium.start(), Chromium.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is kept there is closed after the last test of the class. */
    private static ExtensionContext ofClass(ExtensionContext context) {
        return context.getTestMethod().isEmpty() ? context : context.getParent().orElseThrow();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        World world = ofClass(context).getStore(HERE).get(World.class, World.class);
        if (world != null && context.getExecutionException().isPresent()) {
            world.failed(context.getRequiredTestMethod().getName());
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        World world = ofClass(context).getStore(HERE).get(World.class, World.class);
        if (world != null) {
            world.assertClean();
        }
    }
}
