package org.isengard.scripting.lua;

import java.io.OutputStream;

/** Where a Lua writes what it prints. */
record LuaStreams(OutputStream out, OutputStream err) {}
