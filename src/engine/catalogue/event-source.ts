import type { EventDefinition } from './event.ts'

/** What the catalogue needs of a pack: its events. The whole of one is `engine/packs/pack.ts`. */
export interface EventSource {
  readonly name: string
  readonly events: readonly EventDefinition[]
}
