/** Servers for the tests of plugins: {@link org.isengard.testkit.FakeServer} without and {@link org.isengard.testkit.BootedServer} with the real server. */
package org.isengard.testkit;
