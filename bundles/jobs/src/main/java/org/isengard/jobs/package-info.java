/** The engine of jobs and its REST routes. */
package org.isengard.jobs;
