package org.isengard.runtime.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.isengard.api.IsengardException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/** One service is registered, which does not activate when it is asked for the first times. */
@Timeout(60)
class LazyServicesTest {
    private final AtomicInteger refusals = new AtomicInteger();
    private final BundleContext framework = framework();

    private BundleContext framework() {
        Bundle bundle = proxy(Bundle.class, "getSymbolicName", "plugin");
        ServiceReference<?> reference = proxy(ServiceReference.class, "getBundle", bundle);
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "createFilter" -> FrameworkUtil.createFilter((String) arguments[0]);
                    case "getServiceReferences" -> new ServiceReference<?>[] {reference};
                    case "getService" -> refusals.getAndDecrement() > 0 ? null : "service";
                    case "ungetService" -> true;
                    default -> null;
                });
    }

    private static <T> T proxy(Class<T> type, String name, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                LazyServicesTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode", "compareTo" -> 0;
                    default -> method.getName().equals(name) ? answer : null;
                }));
    }

    @Test
    void aServiceThatActivatesLaterIsFollowedThen() throws Exception {
        refusals.set(2);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        var services = LazyServices.open(framework, String.class, new LazyServices.Follower<>() {
            @Override
            public void added(String service, BooleanSupplier isHere) {
                told.add("added " + service + " " + isHere.getAsBoolean());
            }

            @Override
            public void removed(String service) {
                told.add("removed " + service);
            }
        });
        assertEquals("added service true", told.poll(30, TimeUnit.SECONDS));
        services.close();
        assertEquals("removed service", told.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void aServiceThatDoesNotActivateIsLeftOutUnlessItIsRequired() {
        refusals.set(1000);
        LazyServices<String> services = LazyServices.open(framework, String.class);
        assertEquals(List.of(), services.all());
        String refusal =
                assertThrows(IsengardException.class, services::required).details();
        assertTrue(refusal.contains("plugin"), refusal);
        refusals.set(0);
        assertEquals(List.of("service"), services.required());
        services.close();
        assertEquals(List.of(), services.all());
    }
}
