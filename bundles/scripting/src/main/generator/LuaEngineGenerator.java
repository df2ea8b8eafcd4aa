import com.dylibso.chicory.build.time.compiler.Config;
import com.dylibso.chicory.build.time.compiler.Generator;
import com.dylibso.chicory.compiler.InterpreterFallback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Fetches Lua, compiled to WebAssembly, by the ordinary npm client and translates it to classes: each only when it is not
 * there yet. (Chicory's Maven plugin does the second half, but asks for a Maven newer than distributions ship.)
 *
 * <p>Arguments: the folder with package.json and its lock, a folder to fetch into, the class to make, the folder of
 * classes and data, the folder of sources.
 */
public final class LuaEngineGenerator {
    private LuaEngineGenerator() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path wasm = fetch(Path.of(args[0]), Path.of(args[1]));
        translate(wasm, args[2], Path.of(args[3]), Path.of(args[4]));
    }

    private static Path fetch(Path description, Path folder) throws IOException, InterruptedException {
        Path wasm = folder.resolve("node_modules/wasmoon/dist/glue.wasm");
        Path lock = folder.resolve("package-lock.json");
        boolean same = Files.exists(lock) && Files.mismatch(lock, description.resolve("package-lock.json")) < 0;
        if (Files.exists(wasm) && same) {
            return wasm;
        }
        Files.createDirectories(folder);
        for (String name : List.of("package.json", "package-lock.json", ".npmrc")) {
            Files.copy(description.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        int status = new ProcessBuilder(windows ? "npm.cmd" : "npm", "ci", "--ignore-scripts", "--prefer-offline", "--silent")
                .directory(folder.toFile())
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0 || !Files.exists(wasm)) {
            throw new IOException("npm could not fetch the package wasmoon (status " + status + ")");
        }
        return wasm;
    }

    private static void translate(Path wasm, String name, Path classes, Path sources) throws IOException {
        Path source = sources.resolve(name.replace('.', '/') + ".java");
        if (Files.exists(source) && Files.getLastModifiedTime(source).compareTo(Files.getLastModifiedTime(wasm)) > 0) {
            return;
        }
        Files.createDirectories(classes);
        Files.createDirectories(sources);
        Generator generator = new Generator(Config.builder()
                .withWasmFile(wasm)
                .withName(name)
                .withTargetClassFolder(classes)
                .withTargetSourceFolder(sources)
                .withTargetWasmFolder(classes)
                .withInterpreterFallback(InterpreterFallback.FAIL)
                .build());
        generator.generateMetaWasm(generator.generateResources());
        generator.generateSources();
    }
}
