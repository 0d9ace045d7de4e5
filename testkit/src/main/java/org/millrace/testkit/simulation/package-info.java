/**
 * The world, played from a seed: real engine code on fake time, faulty stores and two runtimes, one
 * that holds its work and one that hands it over. One thread runs at a time, in an order the seed
 * decides, so that a failing seed replays.
 */
@NullMarked
package org.millrace.testkit.simulation;

import org.jspecify.annotations.NullMarked;
