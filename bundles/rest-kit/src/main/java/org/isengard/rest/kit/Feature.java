package org.isengard.rest.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Marks a routing filter as that of a feature; puts it before every path of the HTTP Whiteboard. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Feature {
    /** The service property {@code isengard.feature}: the short name of the feature. */
    String isengard_feature();

    String[] osgi_http_whiteboard_filter_pattern() default {"/*"};

    boolean osgi_http_whiteboard_filter_asyncSupported() default true;
}
