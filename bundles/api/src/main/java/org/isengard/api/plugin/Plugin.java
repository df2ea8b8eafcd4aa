package org.isengard.api.plugin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;

/**
 * Lists a bundle under {@code /plugins}. Written on any class of the bundle; becomes a capability of its manifest, so
 * that a plugin is listed even when it could not start.
 */
@Capability(
        namespace = Plugin.NAMESPACE,
        name = "${#id}",
        attribute = {
            "id=\"${#id}\"",
            "pluginVersion=\"${#version}\"",
            "description=\"${#description}\"",
            "rootUri=\"${#rootUri}\"",
            "explorer=\"${#explorer}\""
        })
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Plugin {
    String NAMESPACE = "isengard.plugin";

    /** Header of the manifest with the version of the plugin's POM; the parent POM of plugins writes it. */
    String VERSION_HEADER = "Isengard-Plugin-Version";

    /** The identifier in {@code /plugins/{id}}. */
    String id();

    /** Version of the plugin in {@code /plugins}; "" for the one of the POM, or else of the bundle. */
    String version() default "";

    String description() default "";

    /** The plugin's own page, relative to the explorer; "" if it has none. */
    String rootUri() default "";

    /** Path inside the bundle of a script that extends the explorer (/plugins/explorer.js); "" if it has none. */
    String explorer() default "";
}
