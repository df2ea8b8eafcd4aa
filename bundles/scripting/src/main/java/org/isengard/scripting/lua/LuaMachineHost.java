package org.isengard.scripting.lua;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.TypeSection;
import com.dylibso.chicory.wasm.types.ValType;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The machine Lua runs on: the translated WebAssembly with what it expects of its surroundings (the interface of
 * Emscripten), and two functions of the host in its table, so that Lua can call them as C functions.
 */
final class LuaMachineHost {
    /** Called by Lua as a lua_CFunction. */
    @FunctionalInterface
    interface Call {
        int call(int state);
    }

    /** Called by Lua as a lua_Hook. */
    @FunctionalInterface
    interface Hook {
        void call(int state);
    }

    private static final FunctionType CALL = FunctionType.of(List.of(ValType.I32), List.of(ValType.I32));
    private static final FunctionType HOOK = FunctionType.of(List.of(ValType.I32, ValType.I32), List.of());

    /** Memory at the start; the module asks for far more than Lua needs to begin with. */
    private static final int INITIAL_PAGES = 32;

    private final Instance instance;
    private final int callSlot;
    private final ExportFunction stackSave;
    private final ExportFunction stackRestore;
    private final ExportFunction setThrew;

    LuaMachineHost(long memoryLimit, LuaStreams streams, Call call, Hook hook) {
        int pages = (int) Math.max(INITIAL_PAGES, Math.min(32_768, memoryLimit / Memory.PAGE_SIZE));
        Map<String, WasmFunctionHandle> surroundings = new HashMap<>(new Emscripten(streams).functions());
        surroundings.put("invoke_vii", this::invoke);
        surroundings.put("_emscripten_throw_longjmp", (machine, args) -> {
            throw LongJump.INSTANCE;
        });
        instance = Instance.builder(LuaModule.load())
                .withMachineFactory(LuaModule::create)
                .withMemoryLimits(new MemoryLimits(INITIAL_PAGES, pages))
                .withImportValues(imports(surroundings))
                .build();
        stackSave = instance.export("stackSave");
        stackRestore = instance.export("stackRestore");
        setThrew = instance.export("setThrew");
        instance.export("__wasm_call_ctors").apply();
        Instance glue = Instance.builder(Parser.parse(glue()))
                .withImportValues(ImportValues.builder()
                        .addFunction(
                                new HostFunction(
                                        "h", "c", CALL, (machine, args) -> new long[] {call.call((int) args[0])}),
                                new HostFunction("h", "k", HOOK, (machine, args) -> {
                                    hook.call((int) args[0]);
                                    return null;
                                }))
                        .build())
                .build();
        TableInstance table = instance.table(0);
        callSlot = table.grow(2, 0, glue);
        table.setRef(callSlot, 0, glue);
        table.setRef(callSlot + 1, 1, glue);
    }

    /**
     * A module that only imports a lua_CFunction and a lua_Hook: the way to get typed functions of the host into a table.
     * The machine compares types by their number, so the types are Lua's, in Lua's order.
     */
    private static byte[] glue() {
        TypeSection types = LuaModule.load().typeSection();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int call = -1;
        int hook = -1;
        body.write(types.typeCount());
        for (int i = 0; i < types.typeCount(); i++) {
            FunctionType type = types.getType(i);
            call = type.equals(CALL) ? i : call;
            hook = type.equals(HOOK) ? i : hook;
            body.write(0x60);
            body.write(type.params().size());
            type.params().forEach(param -> body.write(param.opcode()));
            body.write(type.returns().size());
            type.returns().forEach(result -> body.write(result.opcode()));
        }
        ByteArrayOutputStream module = new ByteArrayOutputStream();
        module.writeBytes(new byte[] {
            0, 'a', 's', 'm', 1, 0, 0, 0, 1, (byte) (body.size() & 0x7F | 0x80), (byte) (body.size() >> 7)
        });
        module.writeBytes(body.toByteArray());
        module.writeBytes(new byte[] {2, 13, 2, 1, 'h', 1, 'c', 0, (byte) call, 1, 'h', 1, 'k', 0, (byte) hook});
        return module.toByteArray();
    }

    Instance instance() {
        return instance;
    }

    /** {@return the address, for Lua, of the function that calls the host} */
    int callSlot() {
        return callSlot;
    }

    int hookSlot() {
        return callSlot + 1;
    }

    private static ImportValues imports(Map<String, WasmFunctionHandle> surroundings) {
        List<ImportFunction> functions = new ArrayList<>();
        var section = LuaModule.load().importSection();
        for (int i = 0; i < section.importCount(); i++) {
            if (section.getImport(i) instanceof com.dylibso.chicory.wasm.types.FunctionImport wanted) {
                WasmFunctionHandle handle = surroundings.get(wanted.name());
                if (handle == null) {
                    throw new IllegalStateException("The Lua module wants an unknown function " + wanted.name());
                }
                FunctionType type = LuaModule.load().typeSection().getType(wanted.typeIndex());
                functions.add(new HostFunction(wanted.module(), wanted.name(), type, handle));
            }
        }
        return ImportValues.builder().withFunctions(functions).build();
    }

    /** Calls a function of the table; a longjmp ends here, as C's setjmp wants it. */
    private long[] invoke(Instance machine, long... args) {
        long stack = stackSave.apply()[0];
        try {
            TableInstance table = machine.table(0);
            int slot = (int) args[0];
            int function = table.requiredRef(slot);
            Instance owner = table.instance(slot) == null ? machine : table.instance(slot);
            owner.getMachine().call(function, new long[] {args[1], args[2]});
        } catch (LongJump e) {
            stackRestore.apply(stack);
            setThrew.apply(1, 0);
        }
        return null;
    }
}
