package org.isengard.scripting.lua;

import com.oracle.truffle.api.CallTarget;
import com.oracle.truffle.api.Option;
import com.oracle.truffle.api.TruffleLanguage;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.RootNode;
import com.oracle.truffle.api.source.Source;
import java.nio.charset.StandardCharsets;
import org.graalvm.options.OptionCategory;
import org.graalvm.options.OptionDescriptors;
import org.graalvm.options.OptionKey;
import org.graalvm.options.OptionStability;

/**
 * Lua as a language of GraalVM Polyglot: {@code Context.newBuilder("lua")}. Each context is one Lua; its global table is
 * the bindings. Strings of Lua are bytes: they are texts in UTF-8 and buffers at once.
 */
@TruffleLanguage.Registration(
        id = LuaLanguage.ID,
        name = "Lua",
        implementationName = "PUC Lua",
        version = "5.4",
        defaultMimeType = LuaLanguage.TEXT,
        characterMimeTypes = LuaLanguage.TEXT,
        byteMimeTypes = LuaLanguage.BYTES,
        contextPolicy = TruffleLanguage.ContextPolicy.EXCLUSIVE)
public final class LuaLanguage extends TruffleLanguage<LuaContext> {
    public static final String ID = "lua";
    public static final String TEXT = "text/x-lua";

    /** Sources whose bytes are not UTF-8 text. */
    public static final String BYTES = "application/x-lua";

    @Option(
            help = "Time that one call may take, without that of functions of the host.",
            category = OptionCategory.USER,
            stability = OptionStability.STABLE,
            usageSyntax = "<milliseconds>")
    static final OptionKey<Long> TimeMillis = new OptionKey<>(Long.MAX_VALUE / 1_000_000);

    @Option(
            help = "Memory that scripts may hold.",
            category = OptionCategory.USER,
            stability = OptionStability.STABLE,
            usageSyntax = "<bytes>")
    static final OptionKey<Long> MemoryBytes = new OptionKey<>(256L << 20);

    private static final ContextReference<LuaContext> CONTEXT = ContextReference.create(LuaLanguage.class);

    static LuaContext context() {
        return CONTEXT.get(null);
    }

    @Override
    protected LuaContext createContext(Env env) {
        return new LuaContext(env);
    }

    @Override
    protected void disposeContext(LuaContext context) {
        context.close();
    }

    @Override
    protected boolean isThreadAccessAllowed(Thread thread, boolean singleThreaded) {
        return singleThreaded;
    }

    @Override
    protected Object getScope(LuaContext context) {
        return context.globals();
    }

    @Override
    protected OptionDescriptors getOptionDescriptors() {
        return new LuaLanguageOptionDescriptors();
    }

    @Override
    protected CallTarget parse(ParsingRequest request) {
        Source source = request.getSource();
        byte[] code = source.hasBytes()
                ? source.getBytes().toByteArray()
                : source.getCharacters().toString().getBytes(StandardCharsets.UTF_8);
        return new Chunk(this, code, source.getName()).getCallTarget();
    }

    /** A source, compiled and run by Lua itself. */
    private static final class Chunk extends RootNode {
        private final byte[] code;
        private final String name;

        Chunk(LuaLanguage language, byte[] code, String name) {
            super(language);
            this.code = code;
            this.name = name;
        }

        @Override
        public Object execute(VirtualFrame frame) {
            return CONTEXT.get(this).run(code, name);
        }
    }
}
