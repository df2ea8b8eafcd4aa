/** The server itself: configuration, the access filter in front of all routes, /system, /plugins, /tools. */
package org.isengard.rest;
