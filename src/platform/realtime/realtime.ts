/**
 * Publish and subscribe across processes. A publication is a nudge: it may be lost, doubled or come out of order, so
 * it carries what changed (ids), and the subscriber reads the rows.
 *
 * A topic is one or more words of letters, digits, `-` and `_`, joined by dots: `organization.0195f3a0-…`.
 */
export interface Realtime {
  /** Resolves when the publication was handed over, or given up: an outage is told to `onError`, never to the publisher. */
  publish(topic: string, payload: Record<string, unknown>): Promise<void>
  /**
   * `listener` is called for every publication on `topic`, in this process or another. `onGap` is called once the
   * subscription is under way, and again whenever publications may have been missed since: read the rows then.
   * Returns how to stop.
   */
  subscribe(topic: string, listener: (payload: Record<string, unknown>) => void, onGap?: () => void): () => void
  close(): Promise<void>
}
