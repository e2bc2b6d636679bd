/**
 * Publish and subscribe across processes. A publication is a nudge: it may be lost, doubled or come out of order, so
 * it carries what changed (ids), and the subscriber reads the rows.
 */
export interface Realtime {
  publish(topic: string, payload: Record<string, unknown>): Promise<void>
  /** Called for every publication on `topic`, in this process or another. Returns how to stop. */
  subscribe(topic: string, listener: (payload: Record<string, unknown>) => void): () => void
  close(): Promise<void>
}
