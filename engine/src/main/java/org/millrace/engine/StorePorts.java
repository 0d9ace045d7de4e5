package org.millrace.engine;

import org.millrace.engine.delivery.DeliveryStore;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.engine.documents.DocumentPorts;
import org.millrace.engine.recovery.DueStore;
import org.millrace.engine.recovery.HeartbeatStore;
import org.millrace.engine.retention.RetentionStore;
import org.millrace.engine.runs.RunIntakeStore;
import org.millrace.engine.runs.RunStore;
import org.millrace.engine.runs.RunViewStore;
import org.millrace.engine.submission.IntakeStore;
import org.millrace.engine.transition.TransitionStore;
import org.millrace.engine.views.StoreHealth;
import org.millrace.engine.views.ViewStore;

/**
 * Every port behind which state is kept; one database serves them all.
 *
 * <p>What holds for each: an id that is not known gives empty, false or nothing done. After an
 * exception nothing is half stored. Times are kept to the millisecond at least. "Not after now" is
 * due. Between equals the one submitted first goes first.
 */
public record StorePorts(
    IntakeStore intake,
    ClaimStore claims,
    TransitionStore transitions,
    HeartbeatStore heartbeats,
    DueStore due,
    DeliveryStore deliveries,
    RetentionStore retention,
    ViewStore views,
    RunIntakeStore runIntake,
    RunStore runs,
    RunViewStore runViews,
    DocumentPorts documents,
    StoreHealth health) {}
