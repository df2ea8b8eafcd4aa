/** Lua as a language of GraalVM Polyglot: the reference implementation on a machine of the JVM. */
package org.isengard.scripting.lua;
