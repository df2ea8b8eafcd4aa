package org.isengard.itests;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A plugin compiled on the spot from the body of its activator's start method. */
final class TestPlugin {
    private final String id;
    private final Map<String, String> headers = new TreeMap<>();
    private final Map<String, String> entries = new TreeMap<>();
    private String members = "";
    private String start = "";

    private TestPlugin(String id) {
        this.id = id;
        headers.put("Bundle-ManifestVersion", "2");
        headers.put("Bundle-SymbolicName", "test." + id);
        headers.put("Bundle-Version", "1.0.0");
        headers.put("Bundle-Activator", "test." + id + ".Start");
        headers.put(
                "Import-Package",
                "org.osgi.framework,org.isengard.api,org.isengard.api.rest,org.isengard.api.ingest,org.isengard.dicom");
        headers.put(
                "Provide-Capability",
                "isengard.plugin;id=\"" + id + "\";pluginVersion=\"1.0\";description=\"made by a test\"");
    }

    static TestPlugin of(String id) {
        return new TestPlugin(id);
    }

    TestPlugin version(String version) {
        headers.put("Bundle-Version", version);
        return this;
    }

    TestPlugin header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Java statements; {@code context} is the bundle's. */
    TestPlugin start(String statements) {
        start = statements;
        return this;
    }

    TestPlugin members(String declarations) {
        members = declarations;
        return this;
    }

    /**
     * Makes a nested class {@code Component} of {@link #members} a component of Declarative Services, with a method
     * {@code bind0}, {@code bind1}, … for each reference.
     */
    TestPlugin component(List<Class<?>> services, List<Class<?>> references) {
        StringBuilder xml = new StringBuilder("""
                <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="test.%s">
                  <implementation class="test.%s.Start$Component"/>
                  <service>
                """.formatted(id, id));
        services.forEach(service -> xml.append("<provide interface=\"%s\"/>".formatted(service.getName())));
        xml.append("</service>");
        for (Class<?> reference : references) {
            xml.append("<reference name=\"r%1$d\" interface=\"%2$s\" bind=\"bind%1$d\"/>"
                    .formatted(references.indexOf(reference), reference.getName()));
        }
        entries.put("OSGI-INF/component.xml", xml.append("</scr:component>").toString());
        return header("Service-Component", "OSGI-INF/component.xml");
    }

    /** A GET route whose handler is a lambda's body with {@code request} and {@code response}. */
    TestPlugin route(String template, String handler) {
        return start(start + """
                context.registerService(org.isengard.api.rest.RestRoutes.class,
                    router -> router.get("%s", (request, response) -> { %s }), null);
                """.formatted(template, handler));
    }

    Path build(Path directory) throws IOException {
        Path classes = Files.createTempDirectory(directory, id);
        compile(classes, """
                package test.%s;
                public final class Start implements org.osgi.framework.BundleActivator {
                    %s
                    @Override public void start(org.osgi.framework.BundleContext context) throws Exception {
                        %s
                    }
                    @Override public void stop(org.osgi.framework.BundleContext context) {}
                }
                """.formatted(id, members, start));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        Path jar = directory.resolve(id + "-" + System.nanoTime() + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
            for (Map.Entry<String, String> entry : this.entries.entrySet()) {
                entries.putNextEntry(new JarEntry(entry.getKey()));
                entries.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private void compile(Path classes, String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("string:///test/" + id + "/Start.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        StringWriter said = new StringWriter();
        boolean compiled = compiler.getTask(
                        said,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"),
                        null,
                        List.of(file))
                .call();
        if (!compiled) {
            throw new IOException(said + "\n" + source);
        }
    }
}
