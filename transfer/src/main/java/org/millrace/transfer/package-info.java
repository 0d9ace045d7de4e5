/**
 * Moving one file, one class per protocol: {@link org.millrace.transfer.LocalTransfer} (paths and
 * {@code file}), {@link org.millrace.transfer.HttpTransfer} ({@code http}, {@code https}); and
 * telling peers what happened: {@link org.millrace.transfer.WebhookCourier}.
 *
 * <p>Three rules hold for all of them. Whom we may talk to is asked with the address that is
 * dialled ({@link org.millrace.transfer.DefaultDestinations}, from inside the name resolver of
 * {@link org.millrace.transfer.HttpClients}). Memory does not grow with a file. No message holds
 * credentials: user info and queries of URLs are masked.
 *
 * <pre>
 *   HttpTransfer ─ Retry ─ HttpPeer ─ WatchedExchange ─ HttpClients ─ CheckedNames ─ Destinations
 *        │               redirects    ends what crawls   one pool     asks the policy
 *        ├─ Download    bytes of an answer into a target, going on where a broken answer ended
 *        ├─ UploadBody  a source as the body of a PUT or as the part `file` of a form
 *        └─ IndexCrawl  files below a folder, from index pages
 * </pre>
 */
@NullMarked
package org.millrace.transfer;

import org.jspecify.annotations.NullMarked;
