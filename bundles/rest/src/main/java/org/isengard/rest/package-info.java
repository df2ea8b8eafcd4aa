/** What is common to all REST: configuration, the gate in front of all routes, the servlet behind them, /system, /tools. */
package org.isengard.rest;
