package org.isengard.scripting.lua;

/** A function of the host that Lua can call. */
@FunctionalInterface
interface LuaCallable {
    /**
     * Takes its arguments from the stack (1 is the first) and pushes its results.
     *
     * @return how many results were pushed
     * @throws LuaError to raise an error in Lua; so do all runtime exceptions
     */
    int call(LuaState lua);
}
